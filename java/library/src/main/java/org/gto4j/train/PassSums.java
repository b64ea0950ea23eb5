package org.gto4j.train;

import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.gto4j.model.TrainingBatchResult;

/** Sums per TTT pass over the micro-batches of a step. */
final class PassSums {
    private final long[] pairs;
    private final long[] unmasked;
    private final long[] correct;
    private final long[] kept;
    private final double[] loss;
    private final double[] acceptance;

    PassSums(int passes) {
        pairs = new long[passes];
        unmasked = new long[passes];
        correct = new long[passes];
        kept = new long[passes];
        loss = new double[passes];
        acceptance = new double[passes];
    }

    void add(TrainingBatchResult result) {
        for (int j = 0; j < pairs.length; j++) {
            pairs[j] += result.pairs()[j];
            unmasked[j] += result.unmasked()[j];
            correct[j] += result.correct()[j];
            kept[j] += result.kept()[j];
            loss[j] += result.loss()[j];
            acceptance[j] += result.acceptance()[j];
        }
    }

    /** Response rows of the first pass. */
    long tokens() {
        return pairs[0];
    }

    double[] loss() {
        return each(j -> loss[j] / unmasked[j]);
    }

    double[] acceptance() {
        return each(j -> acceptance[j] / unmasked[j]);
    }

    double[] accuracy() {
        return each(j -> (double) correct[j] / pairs[j]);
    }

    double[] kept() {
        return each(j -> (double) kept[j] / pairs[j]);
    }

    private double[] each(IntToDoubleFunction value) {
        return IntStream.range(0, pairs.length).mapToDouble(value).toArray();
    }
}
