package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

/** The smooth reward and its gradient, against finite differences on random trees. */
class SoftRewardTest {
    private static final int VOCABULARY = 9;

    /**
     * A random tree whose rows have logits: the root's first, then each node's. Node i has token {@code tokens[i]} of
     * its parent's row.
     */
    private record Candidates(int[] parents, int[] tokens, double[][] logits, double[] paths, int budget) {
        static Candidates random(SplittableRandom random) {
            int size = 2 + random.nextInt(40);
            int[] parents = new int[size];
            int[] tokens = new int[size];
            int[] children = new int[size + 1];
            double[] paths = new double[size];
            for (int i = 0; i < size; i++) {
                do {
                    parents[i] = random.nextInt(i + 1) - 1;
                } while (children[parents[i] + 1] == VOCABULARY);
                tokens[i] = children[parents[i] + 1]++;
                paths[i] = (parents[i] < 0 ? 1 : paths[parents[i]]) * random.nextDouble();
            }
            double[][] logits = new double[size + 1][VOCABULARY];
            for (double[] row : logits) {
                Arrays.setAll(row, v -> 2 * random.nextDouble());
            }
            return new Candidates(parents, tokens, logits, paths, 1 + random.nextInt(size - 1));
        }

        double[] softmax(int row) {
            double sum = Arrays.stream(logits[row]).map(Math::exp).sum();
            return Arrays.stream(logits[row]).map(z -> Math.exp(z) / sum).toArray();
        }

        double[] scores() {
            double[] scores = new double[parents.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (parents[i] < 0 ? 0 : scores[parents[i]]) + Math.log(softmax(parents[i] + 1)[tokens[i]]);
            }
            return scores;
        }

        SoftReward soft(double bandwidth) {
            return SoftReward.of(scores(), paths, budget, bandwidth);
        }

        /** dR/dz = c - q sum(c) of all rows, with c by node. */
        double[][] gradient(double[] edges) {
            double[][] gradient = new double[logits.length][VOCABULARY];
            for (int row = 0; row < logits.length; row++) {
                double[] q = softmax(row);
                double sum = 0;
                for (int i = 0; i < edges.length; i++) {
                    if (parents[i] + 1 == row) {
                        gradient[row][tokens[i]] += edges[i];
                        sum += edges[i];
                    }
                }
                for (int v = 0; v < VOCABULARY; v++) {
                    gradient[row][v] -= sum * q[v];
                }
            }
            return gradient;
        }

        double[][] differences(double bandwidth) {
            double step = 1e-5;
            double[][] differences = new double[logits.length][VOCABULARY];
            for (int row = 0; row < logits.length; row++) {
                for (int v = 0; v < VOCABULARY; v++) {
                    double before = logits[row][v];
                    logits[row][v] = before + step;
                    double up = soft(bandwidth).length();
                    logits[row][v] = before - step;
                    double down = soft(bandwidth).length();
                    logits[row][v] = before;
                    differences[row][v] = (up - down) / (2 * step);
                }
            }
            return differences;
        }
    }

    private static double distance(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < a[i].length; k++) {
                sum += (a[i][k] - b[i][k]) * (a[i][k] - b[i][k]);
            }
        }
        return Math.sqrt(sum);
    }

    @Test
    void theGradientByLogitsIsThatOfFiniteDifferences() {
        SplittableRandom random = new SplittableRandom(3);
        int told = 0;
        for (int round = 0; round < 150; round++) {
            Candidates tree = Candidates.random(random);
            double bandwidth = 0.1 + random.nextDouble();
            SoftReward soft = tree.soft(bandwidth);
            double[][] differences = tree.differences(bandwidth);
            double[][] gradient = tree.gradient(soft.edges(tree.parents()));
            double norm = distance(differences, new double[differences.length][VOCABULARY]);
            assertTrue(
                    distance(gradient, differences) < 1e-5 * (norm + 1e-2),
                    "round " + round + ": " + distance(gradient, differences) + " of " + norm);
            // Without what lambda moves it would be another gradient, which the differences tell.
            double[] fixed = IntStream.range(0, tree.paths().length)
                    .mapToDouble(i -> soft.kept()[i] * (1 - soft.kept()[i]) / bandwidth * tree.paths()[i])
                    .toArray();
            double[][] wrong = tree.gradient(new SoftReward(0, soft.kept(), fixed).edges(tree.parents()));
            told += distance(wrong, differences) > 0.1 * norm ? 1 : 0;
        }
        assertTrue(told > 100, "a threshold that stays is another gradient in " + told + " of 150");
    }

    @Test
    void whatIsKeptAddsUpToTheBudget() {
        SplittableRandom random = new SplittableRandom(4);
        for (int round = 0; round < 200; round++) {
            Candidates tree = Candidates.random(random);
            SoftReward soft = tree.soft(0.05 + random.nextDouble());
            assertEquals(tree.budget(), Arrays.stream(soft.kept()).sum(), 1e-10);
            assertEquals(0, Arrays.stream(soft.slopes()).sum(), 1e-12);
            assertTrue(soft.border() > 0);
        }
    }

    @Test
    void aNarrowBorderGivesTheExactLength() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 200; round++) {
            Candidates tree = Candidates.random(random);
            double[] scores = tree.scores();
            double exact = IntStream.range(0, scores.length)
                    .boxed()
                    .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                    .limit(tree.budget())
                    .mapToDouble(i -> tree.paths()[i])
                    .sum();
            assertEquals(exact, tree.soft(1e-7).length(), 1e-6);
        }
    }

    @Test
    void treesWithRoomForAllHaveNoGradient() {
        double[] paths = {0.5, 0.25};
        SoftReward soft = SoftReward.of(new double[] {-1, -2}, paths, 2, 0.5);
        assertEquals(0.75, soft.length());
        assertArrayEquals(new double[2], soft.slopes());
        SoftReward impossible =
                SoftReward.of(new double[] {-1, -2, Double.NEGATIVE_INFINITY}, new double[] {0.5, 0.25, 0.25}, 2, 0.5);
        assertEquals(0.75, impossible.length());
        assertArrayEquals(new double[3], impossible.slopes());
    }

    /** Of five candidates three are kept; the best by far and the worst by far have nothing to gain. */
    @Test
    void nodesFarFromTheBorderAreLeftOut() {
        float[] logProbs = {-0.01f, -2, -0.1f, -2.2f, -90};
        int[] parents = {-1, -1, 0, 0, 1};
        float[] scores = {-0.01f, -2, -0.11f, -2.21f, -92};
        float[] probabilities = {0.9f, 0.1f, 0.8f, 0.1f, 0.5f};
        CandidateTree tree =
                CandidateTree.of(new DraftTree(new int[] {1, 2, 3, 4, 5}, parents, logProbs, scores), probabilities, 3);
        assertEquals(0.9 + 0.1 + 0.72, tree.exactLength(), 1e-6);
        SoftReward soft = tree.soft(0.1);
        CandidateTree.Slopes slopes = tree.slopes(soft);
        assertArrayEquals(
                new int[] {1, 2, 4}, slopes.tree().tokens(), "the parent of one that counts, two at the border");
        assertArrayEquals(new int[] {-1, -1, 0}, slopes.tree().parents());
        assertEquals(slopes.edges()[0], slopes.edges()[2], 1e-6, "what is below");
        assertEquals(-slopes.edges()[1], slopes.edges()[2], 1e-6);
        assertTrue(slopes.edges()[1] > 0, "0.1 is better than 0.09");
    }
}
