package org.gto4j.lab.gto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Estimate;

/** Adds up one term's pulls, one a text. */
final class GradientSums {
    private final float[] drift;
    private final double driftNorm;
    private final float[] units;
    private final List<Double> norms = new ArrayList<>();
    private final List<Double> alongDrift = new ArrayList<>();

    /** @param drift what cosines are taken with */
    GradientSums(float[] drift) {
        this.drift = drift;
        this.driftNorm = Math.sqrt(dot(drift, drift));
        this.units = new float[drift.length];
    }

    static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Returns the gradient's norm; where that is 0 there is no pull. */
    double add(float[] gradient) {
        double norm = Math.sqrt(dot(gradient, gradient));
        if (norm == 0) {
            return 0;
        }
        norms.add(norm);
        alongDrift.add(-dot(gradient, drift) / norm / driftNorm);
        for (int i = 0; i < units.length; i++) {
            units[i] -= (float) (gradient[i] / norm);
        }
        return norm;
    }

    /** Of n unit vectors |sum|^2 = n + n (n - 1) times the mean cosine of two of them. */
    private double agreement() {
        double n = norms.size();
        return (dot(units, units) - n) / (n * (n - 1));
    }

    GradientFigures.Pull build() {
        double norm = norms.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
        return new GradientFigures.Pull(norms.size(), norm, mean(alongDrift), agreement());
    }

    /** With an interval over texts. */
    static Estimate mean(List<Double> values) {
        double[] ones = new double[values.size()];
        Arrays.fill(ones, 1);
        return Estimate.ratio(values.stream().mapToDouble(Double::doubleValue).toArray(), ones, Bootstrap.standard());
    }
}
