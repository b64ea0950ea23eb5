package org.gto4j.gto;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.gto4j.common.Arguments;
import org.gto4j.io.AtomicFile;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;
import org.gto4j.train.LoadedSequence;
import org.gto4j.train.PolicyTerm;
import org.gto4j.train.PolicyWeights;
import org.gto4j.tree.DraftTree;

/** The gradient of the smooth tree reward as weights of log M over the candidates of trees. */
public final class TreeGradientTerm implements PolicyTerm {
    private final TreeGradientOptions options;
    private final Forest forest;
    private final TreeScorer scorer;
    private final GroupPositions places;
    private final TreeGradientMetrics metrics = new TreeGradientMetrics();

    /**
     * @param draft in training
     * @param longest tokens of the longest text
     * @param products of the draft's trees, in the manner of the trainer's
     * @param seed with the epoch and the texts it decides which positions are taken
     */
    public TreeGradientTerm(
            TargetModel target,
            DraftModel draft,
            TreeGradientOptions options,
            int longest,
            Precision products,
            long seed) {
        this.options = options;
        this.forest = new Forest(draft, options.candidateTree(), longest, products);
        this.scorer = open(target, longest, forest);
        this.places = new GroupPositions(options.groupSize(), options.share(), options.density(), seed);
    }

    private TreeScorer open(TargetModel target, int longest, Forest opened) {
        try {
            return TreeScorer.open(target, longest, options.tree().depth(), options.rewards(), false);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /**
     * The objective is omega times the mean of -R over positions, of a micro-batch the sum over its positions divided
     * by how many it has on average, so that a position counts the same in each. The trainer adds -weight * log M: a
     * weight is R's derivative times the share.
     */
    @Override
    public List<PolicyWeights> weights(List<LoadedSequence> sequences, int epoch, int passes, float share) {
        Arguments.inRange("passes", passes, 1, TrainingBatch.MAX_PASSES);
        int[][][] chosen = places.choose(sequences, epoch);
        double expected = places.expected(sequences) * options.groupSize();
        double scale = expected == 0 ? 0 : share * options.omega() / expected;
        List<PolicyWeights> weights = new ArrayList<>();
        for (int i = 0; i < chosen.length; i++) {
            int[] rows = Arrays.stream(chosen[i]).flatMapToInt(Arrays::stream).toArray();
            float[][] onText = new float[sequences.get(i).sequence().length()][passes];
            weights.add(new PolicyWeights(
                    onText, List.of(), rows.length == 0 ? List.of() : trees(sequences.get(i), rows, scale)));
        }
        return weights;
    }

    private List<PolicyWeights.Weighed> trees(LoadedSequence loaded, int[] rows, double scale) {
        List<PolicyWeights.Weighed> weighed = new ArrayList<>();
        List<CandidateTree> trees = candidates(loaded, rows);
        for (int i = 0; i < rows.length; i++) {
            SoftReward soft = trees.get(i).soft(options.bandwidth());
            CandidateTree.Slopes slopes = trees.get(i).slopes(soft);
            metrics.position(trees.get(i).exactLength(), soft, slopes.tree().size());
            if (slopes.tree().size() > 0) {
                weighed.add(new PolicyWeights.Weighed(rows[i], slopes.tree(), scaled(slopes.edges(), scale)));
            }
        }
        return weighed;
    }

    private static float[] scaled(double[] values, double scale) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (scale * values[i]);
        }
        return scaled;
    }

    private List<CandidateTree> candidates(LoadedSequence loaded, int[] rows) {
        int[] text = loaded.sequence().tokens();
        long draftStart = System.nanoTime();
        forest.read(loaded.features(), text, rows[0]);
        List<DraftTree> trees = forest.grow(rows);
        metrics.scoring().draftSince(draftStart);
        long targetStart = System.nanoTime();
        TreeScorer.Scores scores = scorer.score(text, rows, trees);
        metrics.scoring().targetSince(targetStart);
        metrics.scoring().scores(scores);
        List<CandidateTree> candidates = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            candidates.add(CandidateTree.of(
                    trees.get(i), scores.probabilities()[i], options.tree().nodes()));
        }
        return candidates;
    }

    /**
     * The rewards of the trees that the draft grows now.
     *
     * @param rows trunk rows, ascending, at least one
     * @return for each the expected accepted length of its tree, and the same made smooth
     */
    public double[][] rewards(LoadedSequence loaded, int[] rows) {
        Arguments.atLeast("rows", rows.length, 1);
        return candidates(loaded, rows).stream()
                .map(tree -> new double[] {
                    tree.exactLength(), tree.soft(options.bandwidth()).length()
                })
                .toArray(double[][]::new);
    }

    @Override
    public void stepped(long steps) {
        // Nothing is kept from step to step.
    }

    @Override
    public Map<String, Double> takeMetrics() {
        return metrics.take();
    }

    @Override
    public void save(Path file) {
        AtomicFile.write(file, stream -> {});
    }

    @Override
    public void load(Path file) {
        // Nothing is kept from step to step.
    }

    @Override
    public void close() {
        scorer.close();
        forest.close();
    }
}
