package org.gto4j.gto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.data.CorpusSequence;
import org.gto4j.train.LoadedSequence;
import org.junit.jupiter.api.Test;

class GroupPositionsTest {
    private static final int PROMPT = 10;

    /** Texts with responses of these many tokens. */
    private static List<LoadedSequence> texts(int... responses) {
        List<LoadedSequence> texts = new ArrayList<>();
        for (int length : responses) {
            CorpusSequence sequence = new CorpusSequence(
                    "t" + texts.size(), new int[PROMPT + length], PROMPT, null, CorpusSequence.NO_FEATURES);
            texts.add(new LoadedSequence(texts.size(), sequence, null));
        }
        return texts;
    }

    private static int positions(int[][] groups) {
        return Arrays.stream(groups).mapToInt(group -> group.length).sum();
    }

    @Test
    void fewTextsAsAWhole() {
        List<LoadedSequence> texts = texts(161, 161, 161, 161, 161);
        for (int epoch = 0; epoch < 50; epoch++) {
            int[][][] few = new GroupPositions(4, 0.1, 0.5, 3).choose(texts, epoch);
            assertEquals(
                    80,
                    Arrays.stream(few).mapToInt(GroupPositionsTest::positions).sum());
            assertEquals(
                    1, Arrays.stream(few).filter(groups -> groups.length > 0).count());
            int[][][] everywhere = new GroupPositions(4, 0.1, 0.1, 3).choose(texts, epoch);
            assertTrue(Arrays.stream(everywhere).allMatch(groups -> positions(groups) == 16));
        }
        assertTrue(Arrays.deepEquals(
                new GroupPositions(4, 0.1, 0.5, 3).choose(texts, 4),
                new GroupPositions(4, 0.1, 0.5, 3).choose(texts, 4)));
        assertEquals(20, new GroupPositions(4, 0.1, 0.5, 3).expected(texts), 1e-9, "800 positions, groups of 4");
    }

    /** Less than one text at the wanted density: none in most micro-batches, all of one in some. */
    @Test
    void microBatchesWithoutGroups() {
        List<LoadedSequence> texts = texts(161, 161, 161);
        GroupPositions places = new GroupPositions(4, 0.1, 1, 5);
        int taken = 0;
        int batches = 4000;
        for (int epoch = 0; epoch < batches; epoch++) {
            int positions = Arrays.stream(places.choose(texts, epoch))
                    .mapToInt(GroupPositionsTest::positions)
                    .sum();
            assertTrue(positions == 0 || positions == 160, positions + " positions");
            taken += positions;
        }
        assertEquals(places.expected(texts) * 4, (double) taken / batches, 3.5, "positions of a micro-batch");
    }

    @Test
    void eachPositionIsAboutAsLikely() {
        List<LoadedSequence> texts = texts(41, 81, 201, 81);
        double[] taken = new double[texts.size()];
        int rounds = 4000;
        for (int epoch = 0; epoch < rounds; epoch++) {
            int[][][] places = new GroupPositions(4, 0.05, 0.5, 11).choose(texts, epoch);
            for (int i = 0; i < taken.length; i++) {
                taken[i] +=
                        (double) positions(places[i]) / (texts.get(i).sequence().responseLength() - 1) / rounds;
            }
        }
        for (double share : taken) {
            assertEquals(0.05, share, 0.006, Arrays.toString(taken));
        }
    }

    @Test
    void rowsAreThoseWithARootAndATokenToAccept() {
        int[][][] places = new GroupPositions(4, 1, 1, 1).choose(texts(9), 0);
        assertArrayEquals(new int[][] {{9, 10, 11, 12}, {13, 14, 15, 16}}, places[0]);
        assertEquals(0, new GroupPositions(4, 1, 1, 1).choose(texts(1), 0)[0].length);
    }
}
