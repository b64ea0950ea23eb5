package org.gto4j.data;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.model.Features;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps texts that others wrote as they are: the target reads each in one prefill, and the corpus gets its features and
 * its argmax before each token that is trained. A draft learns less from such texts than from the target's own: what it
 * shall foresee is what the target would say there. Resumable.
 */
public final class Prefiller {
    private static final Logger LOG = LoggerFactory.getLogger(Prefiller.class);

    private final TargetModel target;
    private final Corpus corpus;
    private final RegenerationOptions options;
    private final TargetSession session;
    private final @Nullable Features features;
    private final int total;
    private final long before;
    private final long startNanos = System.nanoTime();
    private int finished;
    private int tooLong;
    private int answers;
    private int cut;

    private Prefiller(
            TargetModel target,
            TargetSession session,
            Corpus corpus,
            @Nullable Features features,
            int total,
            RegenerationOptions options) {
        this.target = target;
        this.corpus = corpus;
        this.options = options;
        this.total = total;
        this.before = corpus.responseTokens();
        this.session = session;
        this.features = features;
    }

    /**
     * Reads texts until all are read or a budget is used up.
     *
     * @param texts with ids that differ, see {@link SourceFile#kept(java.nio.file.Path, OnBrokenLine, TargetModel)}
     * @param corpus of this target
     * @param options of these count the longest text (prompt and response tokens together), batch, budgets, deadline,
     *     reasoning and cache
     * @return what was done
     * @throws GtoException FORMAT: the target's chat template isn't known or doesn't show where an answer begins;
     *     ARGUMENT: no text has a token to train within the longest text, or the corpus has another text under a text's
     *     id; IO: the corpus can't be written (what is there stays)
     */
    public static Regeneration run(
            TargetModel target,
            List<SourceText> texts,
            Corpus corpus,
            RegenerationOptions options,
            RegenerationListener listener) {
        int total = options.promptBudget() > 0 ? Math.min(options.promptBudget(), texts.size()) : texts.size();
        boolean keep = corpus.hasFeatures();
        texts.subList(0, total).forEach(text -> requireSame(corpus, text));
        SessionOptions session = SessionOptions.builder()
                .context(Math.max(options.batch(), options.longest()))
                .batch(options.batch())
                .sequences(1)
                .taps(keep ? corpus.taps() : null)
                .hidden(keep)
                .f32Cache(options.f32Cache())
                .build();
        try (TargetSession open = target.newSession(session);
                Features features = keep ? corpus.newFeatures() : null) {
            Prefiller prefiller = new Prefiller(target, open, corpus, features, total, options);
            for (SourceText text : texts.subList(0, total)) {
                if (prefiller.spent()) {
                    break;
                }
                if (prefiller.read(text)) {
                    listener.onProgress(prefiller.state());
                }
            }
            if (prefiller.tooLong == total && total > 0) {
                throw new GtoException(
                        GtoException.Kind.ARGUMENT,
                        "none of " + total + " texts has a token to train among its first " + options.longest()
                                + "; allow longer texts");
            }
            return prefiller.state();
        }
    }

    /**
     * To be asked before the target reads anything: what a corpus holds under a text's id must be this text. What is
     * trained of it, and texts of older versions, are only compared when their turn comes.
     *
     * @throws GtoException ARGUMENT: names the text and what is there
     */
    public static void requireSame(Corpus corpus, SourceText text) {
        corpus.find(text.id(), Provenance.ofKept(text), where(text.id()));
    }

    private boolean spent() {
        boolean late = options.deadline() != null && !Instant.now().isBefore(options.deadline());
        return late || options.tokenBudget() > 0 && corpus.responseTokens() >= options.tokenBudget();
    }

    /** Returns false if the corpus held all of it. */
    private boolean read(SourceText text) {
        int before = answers;
        boolean any = false;
        for (MaskedTokens whole : TextTokens.of(target, text, options.longest(), options.reasoning())) {
            any |= keep(whole, Provenance.ofKept(text));
        }
        if (!any) {
            LOG.warn("text '{}' is left out: nothing to train among its first {} tokens", text.id(), options.longest());
            tooLong++;
        }
        finished++;
        return !any || answers > before;
    }

    private static String where(String id) {
        return "text '" + id + "'";
    }

    private boolean keep(MaskedTokens whole, Provenance provenance) {
        MaskedTokens text = whole.cut(options.longest());
        if (text.responses().isEmpty()) {
            return false;
        }
        Optional<CorpusSequence> there = corpus.find(text.id(), provenance, where(text.id()));
        if (there.isPresent()) {
            requireSame(there.get(), text);
        } else {
            prefill(text, provenance);
            answers++;
            cut += text.tokens().length < whole.tokens().length ? 1 : 0;
        }
        return true;
    }

    private void requireSame(CorpusSequence there, MaskedTokens text) {
        if (!Arrays.equals(there.tokens(), text.tokens()) || !there.responses().equals(text.responses())) {
            throw corpus.other(
                    text.id(),
                    where(text.id()),
                    Arrays.equals(there.tokens(), text.tokens())
                            ? "of which other tokens are trained"
                            : "of other tokens");
        }
    }

    private void prefill(MaskedTokens text, Provenance provenance) {
        int first = text.responses().get(0).start() - 1;
        int[] all = new int[text.tokens().length];
        if (features != null) {
            features.truncate(0);
        }
        session.clear();
        session.prefill(0, 0, text.tokens(), first, features, all);
        int[] argmax = new int[all.length];
        Arrays.fill(argmax, -1);
        for (ResponseSpan span : text.responses()) {
            System.arraycopy(all, span.start() - 1, argmax, span.start() - 1, span.length());
        }
        corpus.append(
                new CorpusSequence(
                        text.id(),
                        text.tokens(),
                        text.responses(),
                        false,
                        argmax,
                        CorpusSequence.NO_FEATURES,
                        provenance),
                features);
    }

    private Regeneration state() {
        long tokens = corpus.responseTokens();
        return new Regeneration(
                finished,
                total,
                tooLong,
                0,
                answers,
                cut,
                tokens,
                tokens - before,
                (System.nanoTime() - startNanos) * 1e-9);
    }
}
