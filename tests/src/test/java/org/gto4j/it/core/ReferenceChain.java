package org.gto4j.it.core;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import org.gto4j.model.SamplerOptions;

/**
 * What a sampler chain makes of logits, written again from the definitions: penalties, top-k, top-p, min-p,
 * temperature. For a few tokens.
 */
final class ReferenceChain {
    private final SamplerOptions options;
    private final BiPredicate<List<Integer>, Integer> allowed;

    /** @param allowed whether a token may follow a text (without the prompt) */
    ReferenceChain(SamplerOptions options, BiPredicate<List<Integer>, Integer> allowed) {
        this.options = options;
        this.allowed = allowed;
    }

    /** Probabilities of the next token after a prompt and a text. */
    double[] probabilities(float[] logits, int[] prompt, List<Integer> text) {
        double[] z = new double[logits.length];
        for (int token = 0; token < z.length; token++) {
            z[token] = allowed.test(text, token)
                    ? logits[token] + options.logitBias().getOrDefault(token, 0f)
                    : Double.NEGATIVE_INFINITY;
        }
        penalise(
                z,
                IntStream.concat(Arrays.stream(prompt), text.stream().mapToInt(Integer::intValue))
                        .toArray());
        double[] p = softmax(z, 1);
        int[] order = IntStream.range(0, z.length)
                .boxed()
                .sorted((a, b) -> Double.compare(z[b], z[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        int kept = options.topK() > 0 ? Math.min(options.topK(), order.length) : order.length;
        drop(z, order, kept);
        kept = Math.min(kept, topP(softmax(z, 1), order));
        drop(z, order, kept);
        p = softmax(z, 1);
        for (int token = 0; token < z.length; token++) {
            if (p[token] < options.minP() * p[order[0]]) {
                z[token] = Double.NEGATIVE_INFINITY;
            }
        }
        return softmax(z, options.temperature());
    }

    private void penalise(double[] z, int[] tokens) {
        int from = Math.max(0, tokens.length - options.penaltyLastN());
        for (int token = 0; token < z.length; token++) {
            int wanted = token;
            long count = Arrays.stream(tokens, from, tokens.length)
                    .filter(seen -> seen == wanted)
                    .count();
            if (count > 0) {
                z[token] = z[token] <= 0 ? z[token] * options.penaltyRepeat() : z[token] / options.penaltyRepeat();
                z[token] -= count * options.penaltyFrequency() + options.penaltyPresence();
            }
        }
    }

    private int topP(double[] p, int[] order) {
        double sum = 0;
        for (int i = 0; i < order.length; i++) {
            sum += p[order[i]];
            if (sum >= options.topP()) {
                return i + 1;
            }
        }
        return order.length;
    }

    private static void drop(double[] z, int[] order, int kept) {
        for (int i = kept; i < order.length; i++) {
            z[order[i]] = Double.NEGATIVE_INFINITY;
        }
    }

    private static double[] softmax(double[] z, double temperature) {
        double top = Arrays.stream(z).max().orElseThrow();
        double[] p =
                Arrays.stream(z).map(x -> Math.exp((x - top) / temperature)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(x -> x / sum).toArray();
    }
}
