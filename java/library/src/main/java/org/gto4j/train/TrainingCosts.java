package org.gto4j.train;

import java.util.Arrays;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetInfo;

/**
 * What training takes on this machine: seconds of a step = sum of its work of each kind times what one unit of that
 * kind takes.
 *
 * @param layer seconds an operation in products with the layer's weights
 * @param attention seconds an operation of attention
 * @param head seconds an operation of the head
 * @param parameters seconds a parameter and step
 * @param error typical relative error on the steps that it was fitted to (root mean square)
 */
public record TrainingCosts(double layer, double attention, double head, double parameters, double error) {
    private static final int TERMS = 4;

    /**
     * Those of a device that is bound by its products: memory traffic, AdamW's above all, isn't counted.
     *
     * @param operationsPerSecond above 0
     */
    public static TrainingCosts atSpeed(double operationsPerSecond) {
        double operation = 1 / operationsPerSecond;
        return new TrainingCosts(operation, operation, operation, 0, 0);
    }

    /**
     * Seconds of Phase I a response token.
     *
     * @param draftVocabulary at least 1
     * @param rows tokens of a step's micro-batch, at least 3; one sequence, all of it response
     * @param passes TTT passes, at least 1
     * @param kept share of rows that stay after each pass, in (0, 1]; 1 with keepTopK 0
     */
    public double secondsPerToken(TargetInfo target, int draftVocabulary, int rows, int passes, double kept) {
        return seconds(TrainingWork.of(target, draftVocabulary, rows, passes, kept)) / (rows - 2);
    }

    double seconds(TrainingWork work) {
        return dot(new double[] {layer, attention, head, parameters}, work.terms());
    }

    /**
     * The least squares of relative errors among costs that are not negative: of every choice of kinds that may cost
     * something the best is solved for, and the best choice whose costs are all positive wins.
     *
     * @param work of at least as many steps as there are kinds
     * @param seconds that each took, above 0
     */
    static TrainingCosts fit(List<TrainingWork> work, double[] seconds) {
        if (work.size() != seconds.length || work.size() < TERMS) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "fit: expected at least " + TERMS + " steps and as many times, found " + work.size() + " and "
                            + seconds.length);
        }
        double[][] rows = new double[seconds.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = work.get(i).terms();
            for (int k = 0; k < TERMS; k++) {
                rows[i][k] /= seconds[i];
            }
        }
        double[] best = new double[TERMS];
        double least = Double.POSITIVE_INFINITY;
        for (int kinds = 1; kinds < 1 << TERMS; kinds++) {
            double[] costs = solve(rows, kinds);
            double squares = 0;
            for (double[] row : rows) {
                squares += Math.pow(dot(costs, row) - 1, 2);
            }
            if (squares < least && Arrays.stream(costs).allMatch(cost -> cost >= 0)) {
                least = squares;
                best = costs;
            }
        }
        return new TrainingCosts(best[0], best[1], best[2], best[3], Math.sqrt(least / rows.length));
    }

    /**
     * Normal equations for a right side of ones, by Gauss-Jordan with the columns scaled; NaN where they have no one
     * solution.
     */
    private static double[] solve(double[][] rows, int kinds) {
        double[] scale = new double[TERMS];
        for (int k = 0; k < TERMS; k++) {
            for (double[] row : rows) {
                scale[k] += row[k] * row[k];
            }
            scale[k] = 1 / Math.sqrt(scale[k]);
        }
        double[][] system = new double[TERMS][TERMS + 1];
        for (int i = 0; i < TERMS; i++) {
            boolean counts = (kinds >> i & 1) == 1;
            system[i][i] = counts ? 0 : 1;
            for (double[] row : counts ? rows : new double[0][]) {
                for (int k = 0; k < TERMS; k++) {
                    system[i][k] += (kinds >> k & 1) * row[i] * scale[i] * row[k] * scale[k];
                }
                system[i][TERMS] += row[i] * scale[i];
            }
        }
        for (int pivot = 0; pivot < TERMS; pivot++) {
            for (int i = 0; i < TERMS; i++) {
                double factor = i == pivot ? 0 : system[i][pivot] / system[pivot][pivot];
                for (int k = pivot; k <= TERMS && factor != 0; k++) {
                    system[i][k] -= factor * system[pivot][k];
                }
            }
        }
        double[] costs = new double[TERMS];
        for (int i = 0; i < TERMS; i++) {
            costs[i] = system[i][TERMS] / system[i][i] * scale[i];
        }
        return costs;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
