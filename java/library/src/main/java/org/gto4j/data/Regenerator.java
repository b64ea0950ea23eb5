package org.gto4j.data;

import java.time.Instant;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;

/**
 * Lets the target answer prompts, many at once, and keeps texts and features in a corpus: a draft must learn what its
 * target writes, not what others wrote. Resumable: turns that the corpus holds are not answered again. At a budget's or
 * the deadline's end the running texts are cut and kept as they are. An end token is decoded, too, so that it has
 * features and the draft learns to propose it. A response that doesn't end is cut at the most tokens allowed and kept.
 */
public final class Regenerator {
    /** A cut response shorter than this is dropped: it holds no tree that could be learned from. */
    private static final int LEAST_RESPONSE = 8;

    private final TokenBytes vocabulary;
    private final Corpus corpus;
    private final PromptQueue queue;
    private final RegenerationOptions options;
    private final int total;
    private final long before;
    private final long startNanos = System.nanoTime();
    private int answers;
    private int cut;

    private Regenerator(TargetModel target, Corpus corpus, List<Prompt> prompts, RegenerationOptions options) {
        this.vocabulary = new TargetChat(target);
        this.corpus = corpus;
        this.options = options;
        this.total = options.promptBudget() > 0 ? Math.min(options.promptBudget(), prompts.size()) : prompts.size();
        PromptQueue.requireDistinct(prompts.subList(0, total));
        prompts.subList(0, total).forEach(prompt -> requireSame(corpus, prompt, options));
        this.queue = new PromptQueue(target, corpus, prompts.subList(0, total), options);
        this.before = corpus.responseTokens();
    }

    /**
     * Answers prompts until all are answered or a budget is used up.
     *
     * @param prompts with ids that differ
     * @param corpus of this target
     * @return what was done
     * @throws GtoException ARGUMENT: every prompt is longer than {@code maxPromptTokens}, or the corpus has another
     *     prompt's answer under a prompt's id, or one made with other settings (nothing is answered then); IO: the
     *     corpus can't be written (what is there stays)
     */
    public static Regeneration run(
            TargetModel target,
            List<Prompt> prompts,
            Corpus corpus,
            RegenerationOptions options,
            RegenerationListener listener) {
        Regenerator regenerator = new Regenerator(target, corpus, prompts, options);
        return regenerator.write(target, listener);
    }

    /**
     * To be asked before the target answers anything: what a corpus holds under a prompt's id must be the answer to
     * this prompt, made in this way. Texts of older versions are only compared when their turn comes.
     *
     * @throws GtoException ARGUMENT: names the prompt and what is there
     */
    public static void requireSame(Corpus corpus, Prompt prompt, RegenerationOptions options) {
        PromptQueue.requireSame(corpus, prompt, options);
    }

    private Regeneration write(TargetModel target, RegenerationListener listener) {
        int longest = options.longest();
        boolean features = corpus.hasFeatures();
        SessionOptions session = SessionOptions.builder()
                .context(options.slots() * longest)
                .batch(options.batch())
                .sequences(options.slots())
                .taps(features ? corpus.taps() : null)
                .hidden(features)
                .f32Cache(options.f32Cache())
                .manyTexts(true)
                .build();
        try (TargetSession open = target.newSession(session);
                ContinuousBatch batch = new ContinuousBatch(
                        target,
                        open,
                        options.sampler(),
                        options.slots(),
                        options.batch(),
                        longest,
                        features ? corpus::newFeatures : null)) {
            boolean more = true;
            while (more && !spent(batch)) {
                more = batch.step(queue::next, this::keep);
                listener.onProgress(state(batch.runningTokens(), batch.runningWork()));
            }
            batch.cut(this::keep);
        }
        if (queue.tooLong() == total && total > 0) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "all " + total + " prompts are longer than " + options.maxPromptTokens()
                            + " tokens; allow longer prompts");
        }
        Regeneration result = state(0, 0);
        listener.onProgress(result);
        return result;
    }

    private boolean spent(ContinuousBatch batch) {
        if (options.deadline() != null && !Instant.now().isBefore(options.deadline())) {
            return true;
        }
        return options.tokenBudget() > 0 && corpus.responseTokens() + batch.runningTokens() >= options.tokenBudget();
    }

    private void keep(WrittenText text) {
        int promptLength = text.job().prompt().length;
        int response = text.responseLength();
        if (response < (text.ended() ? 1 : Math.min(LEAST_RESPONSE, text.job().maxTokens()))) {
            return;
        }
        ResponseSpan span = new ResponseSpan(promptLength, text.tokens().length);
        List<ResponseSpan> trained = options.reasoning().trained(vocabulary, text.tokens(), span);
        corpus.append(
                new CorpusSequence(
                        text.job().id(),
                        text.tokens(),
                        trained,
                        true,
                        text.argmax(),
                        CorpusSequence.NO_FEATURES,
                        queue.provenance(text.job().id())),
                text.features());
        answers++;
        cut += text.ended() ? 0 : 1;
        queue.answered(text.job().id(), text.tokens(), span);
    }

    private Regeneration state(int runningTokens, double runningWork) {
        long tokens = corpus.responseTokens() + runningTokens;
        return new Regeneration(
                queue.finished(),
                total,
                queue.tooLong(),
                queue.done() - queue.finished() + runningWork,
                answers,
                cut,
                tokens,
                tokens - before,
                (System.nanoTime() - startNanos) * 1e-9);
    }
}
