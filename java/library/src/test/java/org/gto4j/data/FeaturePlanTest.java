package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

class FeaturePlanTest {
    @Test
    void aDiskWithoutRoomIsRefusedWithTheFigures() {
        FeaturePlan plan = new FeaturePlan(Path.of("c/features.f16"), 4608, 1000, 4_607_999);
        GtoException e = assertThrows(GtoException.class, plan::requireRoom);
        assertEquals(GtoException.Kind.IO, e.kind());
        assertTrue(
                e.getMessage().contains("c/features.f16: expected room for up to 4608000 bytes")
                        && e.getMessage().contains("found 4607999"),
                e.getMessage());
        new FeaturePlan(Path.of("c/features.f16"), 4608, 1000, 4_608_000).requireRoom();
        new FeaturePlan(Path.of("c/features.f16"), 0, 1000, 0).requireRoom();
    }
}
