package org.gto4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerOptionsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "2147483647, 2147483647", "2147483648, -2147483648", "4294967295, -1", "-1, -1"})
    void seedsAreNumbersOf32Bits(long given, int bits) {
        assertEquals(bits, SamplerOptions.builder().seed(given).build().seed());
    }

    @ParameterizedTest
    @ValueSource(longs = {4294967296L, -2147483649L, Long.MAX_VALUE, Long.MIN_VALUE})
    void otherSeedsAreRefused(long seed) {
        GtoException e =
                assertThrows(GtoException.class, () -> SamplerOptions.builder().seed(seed));
        assertEquals("seed must be in 0..4294967295, found " + seed, e.getMessage());
    }

    @Test
    void aGrammarIsNotCutAtANul() {
        assertThrows(
                GtoException.class,
                () -> SamplerOptions.builder().grammar("root ::= \"a\"\0").build());
    }
}
