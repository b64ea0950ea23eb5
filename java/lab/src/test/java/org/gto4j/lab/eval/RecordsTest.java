package org.gto4j.lab.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.gto4j.common.PublicRecords;
import org.junit.jupiter.api.Test;

/** Records of the laboratory that hold arrays are equal by their contents. */
class RecordsTest {
    @Test
    void everyPublicRecordWithAnArrayComparesContents() throws Exception {
        assertTrue(PublicRecords.of(EvalRow.class).size() > 20);
        assertEquals(List.of(), PublicRecords.comparingReferences(EvalRow.class));
    }
}
