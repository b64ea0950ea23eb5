package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

class CostTableTest {
    @Test
    void isLinearBetweenMeasuredSizes() {
        CostTable table = new CostTable(new int[] {1, 3, 8}, new double[] {1, 2, 7});
        assertEquals(1, table.at(1), 1e-12);
        assertEquals(1.5, table.at(2), 1e-12);
        assertEquals(2, table.at(3), 1e-12);
        assertEquals(3, table.at(4), 1e-12);
        assertEquals(7, table.at(8), 1e-12);
        assertEquals(9, table.at(10), 1e-12);
    }

    @Test
    void noiseNeverMakesALargerBatchCheaper() {
        CostTable table = new CostTable(new int[] {1, 2, 4}, new double[] {1, 0.9, 1.5});
        assertEquals(1, table.at(2), 1e-12);
        assertEquals(1.25, table.at(3), 1e-12);
    }

    @Test
    void oneSizeIsFlat() {
        assertEquals(2, new CostTable(new int[] {4}, new double[] {2}).at(9), 1e-12);
    }

    @Test
    void refusesWhatIsNoTable() {
        assertThrows(GtoException.class, () -> new CostTable(new int[0], new double[0]));
        assertThrows(GtoException.class, () -> new CostTable(new int[] {2, 2}, new double[] {1, 1}));
        assertThrows(GtoException.class, () -> new CostTable(new int[] {1}, new double[] {0}));
        assertThrows(GtoException.class, () -> new CostTable(new int[] {1}, new double[] {Double.NaN}));
        assertThrows(GtoException.class, () -> new CostTable(new int[] {0}, new double[] {1}));
    }
}
