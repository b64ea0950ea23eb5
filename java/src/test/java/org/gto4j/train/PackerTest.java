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
    void everySequenceOnceInOrderAndNoBatchTooFull() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 200; round++) {
            int n = 1 + random.nextInt(60);
            int[] lengths = IntStream.range(0, n).map(i -> 2 + random.nextInt(300)).toArray();
            int[] order = Randomness.order(n, random.nextLong(), round);
            List<int[]> batches = Packer.pack(order, lengths, 256);
            assertArrayEquals(order, batches.stream().flatMapToInt(Arrays::stream).toArray());
            for (int b = 0; b < batches.size(); b++) {
                int tokens = Arrays.stream(batches.get(b)).map(i -> lengths[i]).sum();
                assertTrue(tokens <= 256 || batches.get(b).length == 1, "batch of " + tokens);
                if (b + 1 < batches.size()) {
                    assertTrue(tokens + lengths[batches.get(b + 1)[0]] > 256, "the next sequence would have fitted");
                }
            }
        }
    }

    @Test
    void ordersArePermutationsThatDependOnSeedAndEpoch() {
        int[] first = Randomness.order(50, 3, 0);
        assertArrayEquals(IntStream.range(0, 50).toArray(), IntStream.of(first).sorted().toArray());
        assertArrayEquals(first, Randomness.order(50, 3, 0));
        assertFalse(Arrays.equals(first, Randomness.order(50, 3, 1)));
        assertFalse(Arrays.equals(first, Randomness.order(50, 4, 0)));
    }

    @Test
    void streamGoesOnFromAnyPlace() {
        int[] lengths = {5, 6, 7, 8, 3, 9, 2};
        BatchStream whole = new BatchStream(lengths, 16, 11, Checkpoint.START);
        for (int i = 0; i < 25; i++) {
            BatchStream resumed = new BatchStream(lengths, 16, 11, new Checkpoint(i, whole.epoch(), whole.batch(), 0, 0));
            BatchStream again = new BatchStream(lengths, 16, 11, new Checkpoint(i, whole.epoch(), whole.batch(), 0, 0));
            int[] next = whole.next();
            assertArrayEquals(next, resumed.next());
            assertArrayEquals(next, again.next());
            assertEquals(whole.batch(), resumed.batch());
        }
        assertTrue(whole.epoch() > 2);
    }
}
