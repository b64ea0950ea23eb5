package org.gto4j.it.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;

/**
 * A published EAGLE-3 net as its papers and codes write it, in double precision and with transformers' rotation of
 * halves: what imported drafts are compared with. Weights are random, and exact in BF16.
 */
final class PlainDraft {
    /** Sizes and parts. */
    record Sizes(
            int width,
            int targetWidth,
            int heads,
            int kvHeads,
            int headDim,
            int feedForward,
            int vocabulary,
            int[] ids) {}

    final Sizes sizes;
    final boolean normBeforeResidual;
    final boolean normBeforeFc;
    final double epsilon = 1e-5;
    /** By name, the layer's with "layer." before them; row-major. */
    final Map<String, float[]> tensors = new LinkedHashMap<>();

    final Map<String, int[]> shapes = new LinkedHashMap<>();
    /** Frequency of a pair, of position 1, and the magnitude of cosines and sines. */
    private final BiFunction<Integer, Double, Double> frequency;

    private final double magnitude;
    private final Random random;

    PlainDraft(
            Sizes sizes,
            boolean normBeforeResidual,
            boolean normBeforeFc,
            boolean biases,
            boolean ownEmbedding,
            BiFunction<Integer, Double, Double> frequency,
            double magnitude,
            long seed) {
        this.sizes = sizes;
        this.normBeforeResidual = normBeforeResidual;
        this.normBeforeFc = normBeforeFc;
        this.frequency = frequency;
        this.magnitude = magnitude;
        random = new Random(seed);
        int d = sizes.width();
        int q = sizes.heads() * sizes.headDim();
        int kv = sizes.kvHeads() * sizes.headDim();
        matrix("fc.weight", d, 3 * sizes.targetWidth());
        if (normBeforeFc) {
            norm("input_norm.weight", 3 * sizes.targetWidth());
        }
        norm("layer.input_layernorm.weight", d);
        norm("layer.hidden_norm.weight", d);
        matrix("layer.self_attn.q_proj.weight", q, 2 * d);
        matrix("layer.self_attn.k_proj.weight", kv, 2 * d);
        matrix("layer.self_attn.v_proj.weight", kv, 2 * d);
        matrix("layer.self_attn.o_proj.weight", d, q);
        norm("layer.post_attention_layernorm.weight", d);
        matrix("layer.mlp.gate_proj.weight", sizes.feedForward(), d);
        matrix("layer.mlp.up_proj.weight", sizes.feedForward(), d);
        matrix("layer.mlp.down_proj.weight", d, sizes.feedForward());
        norm("norm.weight", d);
        matrix("lm_head.weight", sizes.ids().length, d);
        if (biases) {
            matrix("layer.self_attn.q_proj.bias", q);
            matrix("layer.self_attn.k_proj.bias", kv);
            matrix("layer.self_attn.v_proj.bias", kv);
            matrix("layer.self_attn.o_proj.bias", d);
        }
        if (ownEmbedding) {
            matrix("embed_tokens.weight", sizes.vocabulary(), d);
        }
    }

    private void norm(String name, int size) {
        put(name, size, () -> 1 + 0.2f * (float) random.nextGaussian());
    }

    private void matrix(String name, int... shape) {
        int size = shape.length == 1 ? shape[0] : shape[0] * shape[1];
        put(name, size, () -> 0.2f * (float) random.nextGaussian());
        shapes.put(name, shape);
    }

    private void put(String name, int size, java.util.function.Supplier<Float> draw) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(draw.get()) & 0xffff0000);
        }
        tensors.put(name, values);
        shapes.put(name, new int[] {size});
    }

    /**
     * Logits of every row.
     *
     * @param features rows of three taps
     * @param next the token after each row's
     * @param embedding of the target; not asked if the net has its own
     */
    List<double[]> logits(List<float[]> features, int[] next, float[] embedding) {
        List<double[]> keys = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        List<double[]> all = new ArrayList<>();
        int d = sizes.width();
        float[] table = tensors.getOrDefault("embed_tokens.weight", embedding);
        for (int row = 0; row < next.length; row++) {
            double[] x = doubles(features.get(row), 0, features.get(row).length);
            double[] g = product("fc.weight", normBeforeFc ? rms(x, "input_norm.weight") : x);
            double[] e = rms(doubles(table, next[row] * d, d), "layer.input_layernorm.weight");
            double[] normed = rms(g, "layer.hidden_norm.weight");
            double[] c = new double[2 * d];
            System.arraycopy(e, 0, c, 0, d);
            System.arraycopy(normed, 0, c, d, d);
            double[] q = rotated(product("layer.self_attn.q_proj.weight", c), row);
            keys.add(rotated(product("layer.self_attn.k_proj.weight", c), row));
            values.add(product("layer.self_attn.v_proj.weight", c));
            double[] u = plus(
                    normBeforeResidual ? normed : g,
                    product("layer.self_attn.o_proj.weight", attention(q, keys, values)));
            double[] n = rms(u, "layer.post_attention_layernorm.weight");
            double[] gate = product("layer.mlp.gate_proj.weight", n);
            double[] up = product("layer.mlp.up_proj.weight", n);
            for (int i = 0; i < gate.length; i++) {
                gate[i] = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
            }
            double[] h = plus(u, product("layer.mlp.down_proj.weight", gate));
            all.add(product("lm_head.weight", rms(h, "norm.weight")));
        }
        return all;
    }

    private double[] attention(double[] q, List<double[]> keys, List<double[]> values) {
        int dim = sizes.headDim();
        double[] out = new double[q.length];
        for (int head = 0; head < sizes.heads(); head++) {
            int of = head / (sizes.heads() / sizes.kvHeads()) * dim;
            double sum = 0;
            for (int t = 0; t < keys.size(); t++) {
                double dot = 0;
                for (int i = 0; i < dim; i++) {
                    dot += q[head * dim + i] * keys.get(t)[of + i];
                }
                double weight = Math.exp(dot / Math.sqrt(dim));
                sum += weight;
                for (int i = 0; i < dim; i++) {
                    out[head * dim + i] += weight * values.get(t)[of + i];
                }
            }
            for (int i = 0; i < dim; i++) {
                out[head * dim + i] /= sum;
            }
        }
        return out;
    }

    private double[] rotated(double[] heads, int position) {
        int half = sizes.headDim() / 2;
        double[] out = new double[heads.length];
        for (int head = 0; head < heads.length; head += sizes.headDim()) {
            for (int i = 0; i < half; i++) {
                double plain = -2.0 * i / sizes.headDim();
                double angle = position * frequency.apply(i, plain);
                double x = heads[head + i];
                double y = heads[head + half + i];
                out[head + i] = magnitude * (x * Math.cos(angle) - y * Math.sin(angle));
                out[head + half + i] = magnitude * (y * Math.cos(angle) + x * Math.sin(angle));
            }
        }
        return out;
    }

    private double[] product(String name, double[] x) {
        float[] weights = tensors.get(name);
        double[] y = new double[weights.length / x.length];
        float[] bias = tensors.get(name.replace(".weight", ".bias"));
        for (int i = 0; i < y.length; i++) {
            y[i] = bias == null ? 0 : bias[i];
            for (int k = 0; k < x.length; k++) {
                y[i] += weights[i * x.length + k] * x[k];
            }
        }
        return y;
    }

    private double[] rms(double[] x, String norm) {
        double squares = 0;
        for (double v : x) {
            squares += v * v;
        }
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] / Math.sqrt(squares / x.length + epsilon) * tensors.get(norm)[i];
        }
        return y;
    }

    private static double[] plus(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            sum[i] = a[i] + b[i];
        }
        return sum;
    }

    private static double[] doubles(float[] from, int first, int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = from[first + i];
        }
        return values;
    }
}
