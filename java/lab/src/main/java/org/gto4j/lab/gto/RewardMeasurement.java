package org.gto4j.lab.gto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
import org.gto4j.gto.Forest;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.Groups;
import org.gto4j.gto.Reward;
import org.gto4j.gto.TreeScorer;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.train.FeatureSource;
import org.gto4j.train.Randomness;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * Measures how Phase II scores draft trees on texts of a corpus: how much of the naive work is left, what giving up
 * improbable paths does to rewards, and whether the trees' expected accepted length is what walks through them accept.
 * Groups lie as in training.
 */
public final class RewardMeasurement implements AutoCloseable {
    private final GroupOptions options;
    private final int alone;
    private final List<Forest> forests = new ArrayList<>();
    private final TreeScorer scorer;
    private final NaiveTreeScorer naive;
    private final Sampler sampler;
    private final RewardFigures.Builder figures;

    private RewardMeasurement(
            TargetModel target,
            DraftModel draft,
            @Nullable DraftModel reference,
            GroupOptions options,
            int alone,
            int longest) {
        this.options = options;
        this.alone = alone;
        forests.add(new Forest(draft, options.tree(), longest, Precision.AUTO));
        if (reference != null) {
            forests.add(new Forest(reference, options.tree(), longest, Precision.AUTO));
        }
        scorer = TreeScorer.open(target, longest, options.tree().depth(), options.rewards(), false);
        naive = new NaiveTreeScorer(target, longest, options.tree().maxNodes());
        sampler = Sampler.open(
                target,
                SamplerOptions.builder()
                        .temperature(options.temperature())
                        .seed(1)
                        .build());
        figures = new RewardFigures.Builder(options.reward(), forests.size());
    }

    /**
     * Measures.
     *
     * @param reference Phase II's M0, or null: trees of the draft alone
     * @param options tree, groups, density, reward and threshold are those of training
     * @param positions that trees are grown at, about
     * @param alone of these positions, so many are scored by the naive scorer, too, and walked
     * @param progress gets the share done, 0..1; may throw to stop
     * @throws GtoException ARGUMENT: no text of the corpus is the target's own
     */
    public static RewardFigures run(
            TargetModel target,
            DraftModel draft,
            @Nullable DraftModel reference,
            Corpus corpus,
            GroupOptions options,
            int positions,
            int alone,
            DoubleConsumer progress) {
        List<CorpusSequence> texts = CorpusSplit.sample(
                corpus.sequences().stream().filter(CorpusSequence::own).toList(), Integer.MAX_VALUE);
        if (texts.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    corpus.folder() + ": expected texts that the target wrote itself, found none");
        }
        int longest = texts.stream().mapToInt(CorpusSequence::length).max().orElseThrow();
        try (RewardMeasurement measurement = new RewardMeasurement(target, draft, reference, options, alone, longest);
                FeatureSource source = FeatureSource.open(target, corpus, texts);
                Features features = corpus.newFeatures()) {
            for (int i = 0; i < texts.size() && measurement.figures.positions() < positions; i++) {
                source.read(texts.get(i), features);
                measurement.text(texts.get(i), features, positions, i);
                progress.accept(Math.min(1, (double) measurement.figures.positions() / positions));
            }
            return measurement.figures.build();
        }
    }

    private void text(CorpusSequence sequence, Features features, int positions, int number) {
        int[][] groups = Groups.choose(sequence, options.groupSize(), options.density(), Randomness.of(1, number));
        int[] rows = Arrays.stream(groups)
                .flatMapToInt(Arrays::stream)
                .limit(Math.max(1, positions - figures.positions()))
                .toArray();
        if (rows.length == 0) {
            return;
        }
        int[] text = sequence.tokens();
        List<DraftTree> trees = new ArrayList<>();
        for (Forest forest : forests) {
            forest.read(features, text, rows[0]);
            trees.addAll(forest.grow(rows));
        }
        int[] allRows =
                IntStream.range(0, trees.size()).map(i -> rows[i % rows.length]).toArray();
        long start = System.nanoTime();
        TreeScorer.Scores scores = scorer.score(text, allRows, trees);
        long spent = System.nanoTime() - start;
        float[][] exact = scorer.scoreUnpruned(text, allRows, trees).probabilities();
        float[] unprunedRewards = options.reward().of(options.eta(), trees, exact);
        figures.scored(
                rows.length,
                scores,
                spent,
                options.reward().of(options.eta(), trees, scores.probabilities()),
                unprunedRewards);
        if (forests.size() > 1) {
            figures.compared(unprunedRewards, Reward.EXACT.of(1, trees, exact));
        }
        if (figures.walked() < alone) {
            alone(text, rows, allRows, trees, spent);
        }
    }

    private void alone(int[] text, int[] rows, int[] allRows, List<DraftTree> trees, long spent) {
        float[][] probabilities = new float[trees.size()][];
        int[] accepted = new int[trees.size()];
        long walking = 0;
        long start = System.nanoTime();
        naive.read(text, rows[rows.length - 1]);
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = naive.score(text, allRows[i], trees.get(i), options.temperature());
            long walk = System.nanoTime();
            accepted[i] = naive.walk(sampler);
            walking += System.nanoTime() - walk;
        }
        figures.alone(
                rows.length,
                System.nanoTime() - start - walking,
                spent,
                Reward.EXACT.of(1, trees, probabilities),
                accepted);
    }

    @Override
    public void close() {
        sampler.close();
        naive.close();
        scorer.close();
        forests.forEach(Forest::close);
    }
}
