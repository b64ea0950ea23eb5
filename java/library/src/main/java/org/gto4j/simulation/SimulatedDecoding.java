package org.gto4j.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.gto4j.common.Arguments;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DrawnChildren;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/**
 * Decodes texts that are known already, without the target. A walk draws the target's tokens in order, whatever the
 * tree; on a text that the target wrote it therefore accepts as much of the tree as the text itself takes, and the tree
 * depends on the text so far only. So the cycles are those of real decoding: on a greedy text those at temperature 0;
 * on a text that the target sampled those of decoding with that sampler (not those at temperature 0). On a text of
 * somebody else the figures say how well the draft guesses it, and are no tau.
 *
 * <p>With drawn children the token that comes depends on the tree. On a sampled text the drawn child is therefore drawn
 * with the text's next token in view, so that both together have the law that they have in decoding; the target's
 * distribution is that of its logits at the texts' temperature, computed from the features' hidden states.
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
    private final @Nullable TextDistribution distribution;
    private final List<DrawnChildren> drawn = new ArrayList<>();
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
        this(draft, policies, longest, costs, 0);
    }

    /**
     * The same for sampled texts of one temperature, on which policies with drawn children have them.
     *
     * @param temperature of the texts' sampler, which did nothing else to the target's logits; 0: no children are drawn
     * @throws GtoException ARGUMENT: a temperature below 0; with drawn children a draft with a context vocabulary;
     *     FORMAT: the target's head can't be read
     */
    public SimulatedDecoding(
            DraftModel draft,
            List<? extends TreePolicy> policies,
            int longest,
            @Nullable CycleCosts costs,
            double temperature) {
        Arguments.check(
                temperature >= 0 && Double.isFinite(temperature),
                "the texts' temperature must be at least 0, found %s",
                temperature);
        boolean draws = temperature > 0
                && policies.stream().anyMatch(policy -> policy.needsDraft() && policy.drawnChild() != null);
        Arguments.check(
                !draws || draft.contextVocabulary().isEmpty(),
                "drawn children can't be simulated with a context vocabulary");
        target = draft.target();
        taps = draft.info().taps();
        int nodes = policies.stream().mapToInt(TreePolicy::maxExpanded).max().orElse(0);
        session = draft.newDecodingSession(Math.max(1, longest - 2), Math.max(1, nodes));
        distribution = draws ? new TextDistribution(target, draft.vocabulary(), temperature) : null;
        replays = policies.stream().map(policy -> replay(policy, costs)).toList();
    }

    private Replay replay(TreePolicy policy, @Nullable CycleCosts costs) {
        DrawnChild how = policy.drawnChild();
        KnownDraws draws = null;
        if (distribution != null && how != null) {
            DrawnChildren into = DrawnChildren.open(target, how, drawn.size());
            drawn.add(into);
            draws = new KnownDraws(session, how, into, distribution);
        }
        return new Replay(policy, session, costs, draws);
    }

    /**
     * Decodes one text in all ways; the draft reads it once.
     *
     * @param tokens prompt and response
     * @param promptLength at least 1, less than the tokens
     * @param features the target's, a row a token (the last two aren't needed; with drawn children the last one, and
     *     rows of the response have hidden states)
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
        if (distribution != null) {
            distribution.begins(features);
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
        drawn.forEach(DrawnChildren::close);
        if (distribution != null) {
            distribution.close();
        }
        session.close();
    }
}
