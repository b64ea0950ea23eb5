package org.gto4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DraftWeightsTest {
    @Test
    void draftsThatCachesDontHoldHaveFourBits() {
        assertEquals(DraftWeights.Q8_0, DraftWeights.of(1));
        assertEquals(DraftWeights.Q8_0, DraftWeights.of(32L << 20));
        assertEquals(DraftWeights.Q4_0, DraftWeights.of((32L << 20) + 1));
        assertEquals(DraftWeights.Q4_0, DraftWeights.of(Long.MAX_VALUE));
    }
}
