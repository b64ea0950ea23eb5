package org.gto4j.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Decodes texts that are known already, without the target. A walk draws the target's tokens in order, whatever the
 * tree; on a text that the target wrote it therefore accepts as much of the tree as the text itself takes, and the tree
 * depends on the text so far only. So the cycles are those of real decoding: on a greedy text those at temperature 0;
 * on a text that the target sampled those of decoding with that sampler (not those at temperature 0). On a text of
 * somebody else the figures say how well the draft guesses it, and are no tau.
 *
 * <p>What differs from real decoding: features that a corpus keeps are rounded to F16, so that now and then a near tie
 * between nodes turns out otherwise; and a text that was cut counts as one that was to have this length. Weights are
 * the draft's when this is opened, rounded as in decoding. Planners that learn go on from text to text. Not
 * thread-safe.
 */
public final class SimulatedDecoding implements AutoCloseable {
    private final TargetModel target;
    private final int[] taps;
    private final DraftSession session;
    private final List<Replay> replays;

    /**
     * Opens a session of the draft.
     *
     * @param policies ways of decoding, each by a planner of its own
     * @param longest tokens of the longest text, at least 2
     * @param costs for {@link SimulatedText#seconds}, or null
     */
    public SimulatedDecoding(
            DraftModel draft, List<? extends TreePolicy> policies, int longest, @Nullable CycleCosts costs) {
        target = draft.target();
        taps = draft.info().taps();
        int nodes = policies.stream().mapToInt(TreePolicy::maxExpanded).max().orElse(0);
        session = draft.newSession(Math.max(1, longest - 2), Math.max(1, nodes), true);
        replays = policies.stream()
                .map(policy -> new Replay(policy, session, costs))
                .toList();
    }

    /**
     * Decodes one text in all ways; the draft reads it once.
     *
     * @param tokens prompt and response
     * @param promptLength at least 1, less than the tokens
     * @param features the target's, a row a token (the last two aren't needed)
     * @return one a policy, in their order
     */
    public List<SimulatedText> run(String id, int[] tokens, int promptLength, Features features) {
        if (promptLength < 1 || promptLength >= tokens.length) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "text '" + id + "': expected a prompt of 1.." + (tokens.length - 1) + " tokens, found "
                            + promptLength);
        }
        session.truncate(0);
        if (tokens.length - 1 > promptLength) {
            session.extend(
                    features, 0, tokens.length - 2, Arrays.copyOfRange(tokens, 1, tokens.length - 1), promptLength - 1);
        }
        boolean ended = target.isEnd(tokens[tokens.length - 1]);
        return replays.stream()
                .map(replay -> replay.run(id, tokens, promptLength, ended))
                .toList();
    }

    /**
     * Decodes sequences of a corpus.
     *
     * @param done is told the number of sequences done, after each
     * @return for each policy one text a sequence
     * @throws GtoException ARGUMENT: the corpus's taps aren't the draft's (both are named)
     */
    public List<List<SimulatedText>> run(Corpus corpus, List<CorpusSequence> sequences, IntConsumer done) {
        if (!Arrays.equals(corpus.taps(), taps)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    corpus.folder() + ": expected features of taps " + Arrays.toString(taps) + " (the draft's), found "
                            + Arrays.toString(corpus.taps()));
        }
        List<List<SimulatedText>> texts = new ArrayList<>();
        replays.forEach(replay -> texts.add(new ArrayList<>()));
        try (Features features = corpus.newFeatures()) {
            for (int i = 0; i < sequences.size(); i++) {
                CorpusSequence sequence = sequences.get(i);
                corpus.read(sequence, features);
                List<SimulatedText> methods = run(sequence.id(), sequence.tokens(), sequence.promptLength(), features);
                for (int method = 0; method < methods.size(); method++) {
                    texts.get(method).add(methods.get(method));
                }
                done.accept(i + 1);
            }
        }
        return texts;
    }

    @Override
    public void close() {
        session.close();
    }
}
