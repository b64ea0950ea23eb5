package org.gto4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackerTest {
    @Test
    void everySequenceOnceAndNoTwoBatchesCouldBeOne() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(60);
            int[] lengths =
                    IntStream.range(0, n).map(i -> 2 + random.nextInt(300)).toArray();
            int[] order = Randomness.order(n, random.nextLong(), round);
            List<int[]> batches = Packer.pack(order, lengths, 256);
            assertArrayEquals(
                    IntStream.range(0, n).toArray(),
                    batches.stream().flatMapToInt(Arrays::stream).sorted().toArray());
            int[] tokens = batches.stream()
                    .mapToInt(batch -> Arrays.stream(batch).map(i -> lengths[i]).sum())
                    .toArray();
            for (int b = 0; b < tokens.length; b++) {
                assertTrue(tokens[b] <= 256 || batches.get(b).length == 1, "batch of " + tokens[b]);
                for (int other = 0; other < b; other++) {
                    assertTrue(tokens[b] + tokens[other] > 256, "batches of " + tokens[b] + " and " + tokens[other]);
                }
            }
        }
    }

    @Test
    void eachSequenceJoinsTheBatchThatItFillsMost() {
        assertEquals(
                List.of("[0, 3]", "[1, 2]"),
                Packer.pack(new int[] {0, 1, 2, 3}, new int[] {5, 6, 4, 5}, 10).stream()
                        .map(Arrays::toString)
                        .toList());
        assertEquals(
                List.of("[1]", "[0]", "[2]"),
                Packer.pack(new int[] {1, 0, 2}, new int[] {99, 10, 7}, 10).stream()
                        .map(Arrays::toString)
                        .toList());
    }

    @Test
    void batchesOfAnswersAreFull() {
        SplittableRandom random = new SplittableRandom(2);
        for (int rows : new int[] {1024, 2048}) {
            // as regeneration leaves them: prompts of 20 to 80 tokens, answers that end somewhere up to 256
            int[] lengths = IntStream.range(0, 500)
                    .map(i -> 20 + random.nextInt(61) + (random.nextInt(3) == 0 ? 256 : 20 + random.nextInt(237)))
                    .toArray();
            List<int[]> batches = Packer.pack(Randomness.order(lengths.length, 3, rows), lengths, rows);
            double fill = (double) Arrays.stream(lengths).sum() / ((long) batches.size() * rows);
            assertTrue(fill > 0.95, rows + " rows are filled to " + fill);
        }
    }

    @Test
    void ordersArePermutationsThatDependOnSeedAndEpoch() {
        int[] first = Randomness.order(50, 3, 0);
        assertArrayEquals(
                IntStream.range(0, 50).toArray(), IntStream.of(first).sorted().toArray());
        assertArrayEquals(first, Randomness.order(50, 3, 0));
        assertFalse(Arrays.equals(first, Randomness.order(50, 3, 1)));
        assertFalse(Arrays.equals(first, Randomness.order(50, 4, 0)));
    }

    @Test
    void streamGoesOnFromAnyPlace() {
        int[] lengths = {5, 6, 7, 8, 3, 9, 2};
        BatchStream whole = new BatchStream(lengths, 16, 11, Checkpoint.START);
        for (int i = 0; i < 25; i++) {
            BatchStream resumed =
                    new BatchStream(lengths, 16, 11, new Checkpoint(i, whole.epoch(), whole.batch(), 0, 0));
            BatchStream again = new BatchStream(lengths, 16, 11, new Checkpoint(i, whole.epoch(), whole.batch(), 0, 0));
            int[] next = whole.next();
            assertArrayEquals(next, resumed.next());
            assertArrayEquals(next, again.next());
            assertEquals(whole.batch(), resumed.batch());
        }
        assertTrue(whole.epoch() > 2);
    }
}
