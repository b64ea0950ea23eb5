package org.gto4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.common.PublicRecords;
import org.gto4j.data.MaskedTokens;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DecodingTimes;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

/** Records that hold arrays are equal by their contents, and can be read. */
class RecordsTest {
    @Test
    void everyPublicRecordWithAnArrayComparesContents() throws Exception {
        assertTrue(PublicRecords.of(Generation.class).size() > 40);
        assertEquals(List.of(), PublicRecords.comparingReferences(Generation.class));
        assertFalse(
                PublicRecords.isOurs(ChatMessage.class, "toString"),
                "a record without arrays: what the compiler writes is final");
    }

    @Test
    void contentsAreComparedAndShown() {
        Generation.Statistics statistics = new Generation.Statistics(
                2, 1, new int[] {1}, new int[] {4}, new long[] {7}, 0, 1, 2, 3, 4, DecodingTimes.NONE);
        Generation one = new Generation(new int[] {5, 6}, "hi", Generation.FinishReason.MAX_TOKENS, statistics);
        Generation same = new Generation(
                new int[] {5, 6},
                "hi",
                Generation.FinishReason.MAX_TOKENS,
                new Generation.Statistics(
                        2, 1, new int[] {1}, new int[] {4}, new long[] {7}, 0, 1, 2, 3, 4, DecodingTimes.NONE));
        assertEquals(one, same);
        assertEquals(one.hashCode(), same.hashCode());
        assertNotEquals(one, new Generation(new int[] {5, 7}, "hi", Generation.FinishReason.MAX_TOKENS, statistics));
        assertTrue(
                one.toString()
                        .startsWith(
                                "Generation[tokens=[5, 6], text=hi, reason=MAX_TOKENS, statistics=Statistics[tokens=2, cycles=1, acceptedPerCycle=[1], "),
                one.toString());
        assertFalse(one.toString().contains("@"), one.toString());
    }

    @Test
    void longArraysAreCutAndEmptyOnesShown() {
        MaskedTokens text = new MaskedTokens("a", IntStream.range(0, 1000).toArray(), List.of());
        assertEquals(
                "MaskedTokens[id=a, tokens=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, ... 1000 in all], responses=[]]",
                text.toString());
        assertEquals(
                "DraftTree[tokens=[], parents=[], logProbs=[], scores=[], draws=[]]",
                DraftTree.empty().toString());
        assertEquals(
                new DraftTree(new int[] {1}, new int[] {-1}, new float[] {Float.NEGATIVE_INFINITY}, new float[] {-0f}),
                new DraftTree(new int[] {1}, new int[] {-1}, new float[] {Float.NEGATIVE_INFINITY}, new float[] {-0f}));
    }

    @Test
    void acceptanceByDepthAddsUpToTau() {
        Generation.Statistics statistics = new Generation.Statistics(
                8, 4, new int[] {0, 3, 1, 0}, new int[] {4, 4, 4, 4}, new long[4], 0, 1, 2, 3, 4, DecodingTimes.NONE);
        assertArrayEquals(new double[] {0.5, 0.25, 0.25}, statistics.acceptanceByDepth(), 1e-12);
        assertEquals(
                statistics.tau() - 1,
                Arrays.stream(statistics.acceptanceByDepth()).sum(),
                1e-12);
        assertArrayEquals(
                new double[0],
                new Generation.Statistics(0, 0, new int[0], new int[0], new long[0], 0, 1, 2, 3, 4, DecodingTimes.NONE)
                        .acceptanceByDepth());
    }
}
