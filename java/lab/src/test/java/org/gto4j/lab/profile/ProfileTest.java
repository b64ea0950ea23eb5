package org.gto4j.lab.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gto4j.Generation;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.DecodingTimes;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private static final long MS = 1_000_000;

    private static Generation.Statistics generation(
            int tokens, int[] accepted, int[] trees, long[] cycles, DecodingTimes times) {
        return new Generation.Statistics(
                tokens, cycles.length, accepted, trees, cycles, 0, 0, times.total(), 0, 0, times);
    }

    @Test
    void addsGenerationsUp() {
        DecodingTimes first = new DecodingTimes(10 * MS, 4 * MS, MS, 0, MS, 0, 0, 0, 0, 0, 0);
        DecodingTimes second = new DecodingTimes(20 * MS, 2 * MS, 0, MS, 0, 0, MS, 0, 0, 0, 7 * MS);
        Profile profile = Profile.of(
                Variant.plain(),
                List.of(
                        generation(5, new int[] {2, 0}, new int[] {4, 0}, new long[] {9 * MS, 7 * MS}, first),
                        generation(2, new int[] {0}, new int[] {8}, new long[] {24 * MS}, second)));
        assertEquals(3, profile.cycles());
        assertEquals(5.0 / 3, profile.tau());
        assertEquals(4.0, profile.meanTreeSize());
        assertEquals(9.0, profile.cycleMillis(0.5));
        assertEquals(24.0, profile.cycleMillis(1));
        assertEquals(5 / 0.040, profile.tokensPerSecond(), 1e-9);
        assertEquals(4 * MS, profile.times().own());
        assertEquals(0.1, profile.times().ownShare(), "waiting for others is nobody's own");
        assertEquals(
                0.1, profile.toJson().path("parts").path("own").path("share").asDouble());
        assertEquals(
                7.0 / 3,
                profile.toJson()
                        .path("parts")
                        .path("waiting")
                        .path("ms_a_cycle")
                        .asDouble(),
                1e-12);
    }

    @Test
    void theTableHoldsAllParts() {
        DecodingTimes times = new DecodingTimes(6 * MS, 2 * MS, MS, 0, 0, 0, 0, 0, 0, MS, 0);
        String table = ProfileTable.print(List.of(Profile.of(
                Variant.plain(), List.of(generation(2, new int[] {0}, new int[] {0}, new long[] {10 * MS}, times)))));
        assertTrue(table.lines().anyMatch(line -> line.matches("gto4j's own +2\\.000 +20\\.00%")), table);
        assertTrue(table.lines().anyMatch(line -> line.matches(" +draft kernels +1\\.000 +10\\.00%")), table);
        assertEquals(1, table.lines().map(String::length).distinct().count(), table);
    }
}
