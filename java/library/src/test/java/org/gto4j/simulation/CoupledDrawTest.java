package org.gto4j.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A draw that knows the next token has the law of one that doesn't: exact sums over all that can be drawn. */
class CoupledDrawTest {
    /** A node: p over the draft's tokens, less than 1 together; q' of the same without the fixed ones. */
    private record Node(float[] p, double[] q) {
        static Node random(SplittableRandom random) {
            int tokens = 2 + random.nextInt(8);
            double[] p = random.doubles(tokens + 1, 0, 1)
                    .map(x -> x < 0.2 ? 0 : x * x * x)
                    .toArray();
            p[tokens] += 0.01;
            double sum = Arrays.stream(p).sum();
            float[] inDraft = new float[tokens];
            for (int i = 0; i < tokens; i++) {
                inDraft[i] = (float) (p[i] / sum);
            }
            double[] q = random.doubles(tokens, 0, 1).map(x -> x < 0.3 ? 0 : x).toArray();
            q[random.nextInt(tokens)] += 0.1;
            double all = Arrays.stream(q).sum();
            return new Node(inDraft, Arrays.stream(q).map(x -> x / all).toArray());
        }

        /** Probability that x is y, for y = the draft's token i. */
        double same(int i) {
            return p[i] == 0 ? 0 : Math.min(1, q[i] / p[i]);
        }

        double[] rest() {
            double[] rest = IntStream.range(0, q.length)
                    .mapToDouble(i -> Math.max(0, q[i] - p[i]))
                    .toArray();
            double sum = Arrays.stream(rest).sum();
            return Arrays.stream(rest).map(x -> x / sum).toArray();
        }

        /** The law of x given y, by draws in the middle of each interval in which they can't change. */
        double[] law(int next, double factor) {
            double[] weights = Arrays.stream(q).map(x -> x * factor).toArray();
            double[] law = new double[q.length];
            double same = next < 0 ? 0 : same(next);
            if (same > 0) {
                law[CoupledDraw.draw(weights, p, next, same / 2, 0.5)] += same;
            }
            double from = 0;
            for (double part : rest()) {
                if (part > 0 && same < 1) {
                    law[CoupledDraw.draw(weights, p, next, (1 + same) / 2, from + part / 2)] += (1 - same) * part;
                }
                from += part;
            }
            return law;
        }
    }

    @Test
    void whatIsDrawnHasTheDraftsLaw() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 500; round++) {
            Node node = Node.random(random);
            double[] law = new double[node.q.length];
            double together = 0;
            double outside = 1;
            for (int y = 0; y < law.length; y++) {
                double[] given = node.law(y, 3);
                for (int x = 0; x < law.length; x++) {
                    law[x] += node.p[y] * given[x];
                }
                together += node.p[y] * (node.q[y] == 0 ? 0 : given[y]);
                outside -= node.p[y];
            }
            double[] given = node.law(-1, 0.5);
            for (int x = 0; x < law.length; x++) {
                law[x] += outside * given[x];
            }
            assertArrayEquals(node.q, law, 1e-12, "round " + round);
            double expected = IntStream.range(0, law.length)
                    .mapToDouble(i -> Math.min(node.p[i], node.q[i]))
                    .sum();
            assertEquals(expected, together, 1e-12, "round " + round);
        }
    }

    /** Draws that don't look at the text's token would be it less often. */
    @Test
    void aDrawThatDoesNotKnowTheTextIsSeen() {
        SplittableRandom random = new SplittableRandom(2);
        double known = 0;
        double free = 0;
        for (int round = 0; round < 200; round++) {
            Node node = Node.random(random);
            for (int i = 0; i < node.q.length; i++) {
                known += Math.min(node.p[i], node.q[i]);
                free += node.p[i] * node.q[i];
            }
        }
        assertTrue(free < 0.7 * known, free + " and " + known);
    }

    @Test
    void nothingIsLeftWhereAllIsFixed() {
        assertEquals(-1, CoupledDraw.draw(new double[3], new float[] {0.2f, 0.3f, 0.4f}, 1, 0.1, 0.1));
    }
}
