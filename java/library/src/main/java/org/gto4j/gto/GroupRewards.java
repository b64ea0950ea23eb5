package org.gto4j.gto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.train.LoadedSequence;
import org.gto4j.tree.DraftTree;

/** Grows the trees of the draft and of its frozen reference at positions of a text, and lets the target score them. */
public final class GroupRewards implements AutoCloseable {
    /** One text in so many has one of its trees scored without giving anything up, to see what that costs in truth. */
    private static final int CHECKED = 16;

    private final GroupOptions options;
    private final Reference reference;
    private final Forest draftForest;
    private final Forest referenceForest;
    private final Scorers scorers;
    private final GroupMetrics metrics;

    /**
     * What is known of each position, in the order asked.
     *
     * @param rewards of the draft's trees
     * @param baselines of the reference's trees, 0 without reference
     * @param accepted S_t in the draft's trees
     * @param referenceLog log M0 of these
     */
    record Positions(float[] rewards, float[] baselines, List<AcceptedPath> accepted, double[] referenceLog) {}

    /**
     * @param start the reference M0
     * @param longest tokens of the longest text
     * @param products of the drafts, in the manner of the trainer's
     */
    public GroupRewards(
            TargetModel target,
            DraftModel draft,
            DraftModel start,
            GroupOptions options,
            int longest,
            Precision products,
            GroupMetrics metrics) {
        this.options = options;
        this.metrics = metrics;
        this.reference = new Reference(draft, start);
        this.draftForest = new Forest(draft, options.tree(), longest, products);
        this.referenceForest = new Forest(reference.model(), options.tree(), longest, products);
        this.scorers = new Scorers(target, options, longest);
    }

    Reference reference() {
        return reference;
    }

    /** Whether S_t is walked in the scored tree, or is the text itself. */
    boolean walks(CorpusSequence sequence) {
        return options.walk() || !sequence.own();
    }

    /** @param rows trunk rows, ascending */
    Positions of(LoadedSequence loaded, int[] rows) {
        CorpusSequence sequence = loaded.sequence();
        int[] text = sequence.tokens();
        long draftStart = System.nanoTime();
        draftForest.read(loaded.features(), text, rows[0]);
        referenceForest.read(loaded.features(), text, rows[0]);
        List<DraftTree> trees = draftForest.grow(rows);
        ReferenceRewards known = reference.rewards();
        int[] unknown = options.reference()
                ? Arrays.stream(rows)
                        .filter(row -> known.get(loaded.index(), row) == null)
                        .toArray()
                : new int[0];
        List<DraftTree> baseTrees = referenceForest.grow(unknown);
        metrics.scoring().draftSince(draftStart);

        long targetStart = System.nanoTime();
        float[] all = rewards(loaded, rows, trees, unknown, baseTrees);
        List<AcceptedPath> accepted = walks(sequence)
                ? scorers.walk(text, rows, trees)
                : IntStream.range(0, rows.length)
                        .mapToObj(i -> AcceptedPath.onText(trees.get(i), text, rows[i]))
                        .toList();
        metrics.scoring().targetSince(targetStart);

        long pathStart = System.nanoTime();
        double[] referenceLog = referenceForest.logProbs(
                rows, accepted.stream().map(AcceptedPath::tokens).toArray(int[][]::new));
        metrics.scoring().draftSince(pathStart);
        for (int i = 0; i < unknown.length; i++) {
            known.put(loaded.index(), unknown[i], all[rows.length + i]);
        }
        float[] baselines = new float[rows.length];
        for (int i = 0; i < rows.length && options.reference(); i++) {
            baselines[i] = Objects.requireNonNull(known.get(loaded.index(), rows[i]));
        }
        return new Positions(Arrays.copyOf(all, rows.length), baselines, accepted, referenceLog);
    }

    /** Both drafts' trees in one trie: they share most of their nodes. */
    private float[] rewards(
            LoadedSequence loaded, int[] rows, List<DraftTree> trees, int[] baseRows, List<DraftTree> baseTrees) {
        CorpusSequence sequence = loaded.sequence();
        List<DraftTree> all = new ArrayList<>(trees);
        all.addAll(baseTrees);
        int[] allRows =
                IntStream.concat(IntStream.of(rows), IntStream.of(baseRows)).toArray();
        if (options.reward() == Reward.GREEDY && sequence.own() && sequence.argmax() == null) {
            return greedyTextRewards(sequence.tokens(), allRows, all);
        }
        TreeScorer.Scores scores = scorers.score(sequence.tokens(), allRows, all);
        metrics.scoring().scores(scores);
        float[] rewards = options.reward().of(options.eta(), all, scores.probabilities());
        if (loaded.index() % CHECKED == 0) {
            metrics.error(Math.abs(rewards[0] - unpruned(sequence.tokens(), allRows[0], all.get(0))));
        }
        return rewards;
    }

    private float unpruned(int[] text, int row, DraftTree tree) {
        TreeScorer.Scores scores = scorers.scoreUnpruned(text, new int[] {row}, List.of(tree));
        return options.reward().of(options.eta(), List.of(tree), scores.probabilities())[0];
    }

    /** On a greedy text the target's most probable tokens are the text. */
    private float[] greedyTextRewards(int[] text, int[] rows, List<DraftTree> trees) {
        float[] lengths = new float[rows.length];
        for (int i = 0; i < lengths.length; i++) {
            lengths[i] = AcceptedPath.onText(trees.get(i), text, rows[i]).length();
        }
        return lengths;
    }

    @Override
    public void close() {
        scorers.close();
        draftForest.close();
        referenceForest.close();
        reference.close();
    }
}
