package org.gto4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.gto4j.DraftModel;
import org.gto4j.Precision;
import org.gto4j.TargetModel;
import org.gto4j.tree.DraftTree;

/** Grows the trees of the draft and of its frozen reference at positions of a text, and lets the target score them. */
final class GroupRewards implements AutoCloseable {
    private final GroupOptions options;
    private final DraftModel reference;
    private final Forest draftForest;
    private final Forest referenceForest;
    private final TreeScorer scorer;
    private final ReferenceRewards known = new ReferenceRewards();
    private final GroupMetrics metrics;

    /**
     * What is known of each position, in the order asked.
     *
     * @param rewards      of the draft's trees
     * @param baselines    of the reference's trees, 0 without reference
     * @param paths        the text's continuation inside the draft's trees
     * @param referenceLog log M0 of these paths
     */
    record Positions(float[] rewards, float[] baselines, List<TextPath> paths, double[] referenceLog) {
    }

    /**
     * @param longest  tokens of the longest text
     * @param products of the drafts, in the manner of the trainer's
     */
    GroupRewards(TargetModel target, DraftModel draft, GroupOptions options, int longest, Precision products, GroupMetrics metrics) {
        this.options = options;
        this.metrics = metrics;
        this.reference = draft.copy();
        this.draftForest = new Forest(draft, options.tree(), longest, products);
        this.referenceForest = new Forest(reference, options.tree(), longest, products);
        this.scorer = TreeScorer.open(target, longest, options.tree().depth(), options.temperature(), options.threshold(), false);
    }

    ReferenceRewards known() {
        return known;
    }

    /** @param rows trunk rows, ascending */
    Positions of(LoadedSequence sequence, int[] rows) {
        int[] text = sequence.sequence().tokens();
        long draftStart = System.nanoTime();
        draftForest.read(sequence.features(), text, rows[0]);
        referenceForest.read(sequence.features(), text, rows[0]);
        List<DraftTree> trees = draftForest.grow(rows);
        int[] unknown = options.reference() ? Arrays.stream(rows).filter(row -> known.get(sequence.index(), row) == null).toArray() : new int[0];
        List<DraftTree> baseTrees = referenceForest.grow(unknown);
        List<TextPath> paths = IntStream.range(0, rows.length).mapToObj(i -> TextPath.of(trees.get(i), text, rows[i])).toList();
        double[] referenceLog = referenceForest.logProbs(text, rows, paths.stream().mapToInt(TextPath::length).toArray());
        metrics.draftSince(draftStart);

        float[] all = rewards(text, rows, trees, unknown, baseTrees);
        for (int i = 0; i < unknown.length; i++) {
            known.put(sequence.index(), unknown[i], all[rows.length + i]);
        }
        float[] baselines = new float[rows.length];
        for (int i = 0; i < rows.length && options.reference(); i++) {
            baselines[i] = known.get(sequence.index(), rows[i]);
        }
        return new Positions(Arrays.copyOf(all, rows.length), baselines, paths, referenceLog);
    }

    /** Both drafts' trees in one trie: they share most of their nodes. */
    private float[] rewards(int[] text, int[] rows, List<DraftTree> trees, int[] baseRows, List<DraftTree> baseTrees) {
        long targetStart = System.nanoTime();
        List<DraftTree> all = new ArrayList<>(trees);
        all.addAll(baseTrees);
        int[] allRows = IntStream.concat(IntStream.of(rows), IntStream.of(baseRows)).toArray();
        TreeScorer.Scores scores = scorer.score(text, allRows, all);
        float[] rewards = options.reward().of(options.eta(), all, scores.probabilities());
        metrics.scores(scores);
        metrics.targetSince(targetStart);
        return rewards;
    }

    @Override
    public void close() {
        scorer.close();
        draftForest.close();
        referenceForest.close();
        reference.close();
    }
}
