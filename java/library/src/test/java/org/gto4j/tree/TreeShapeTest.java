package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeShapeTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 1",
        "3, 3, 1, 3",
        "1/1/1, 3, 3, 1",
        "4/3-1/2, 10, 3, 7",
        "2/0-2, 4, 2, 3",
        "4/3-2-2-1/3-2-2-1/3/2, 25, 5, 15"
    })
    void countsNodesLevelsAndLeaves(String text, int nodes, int depth, int leaves) {
        TreeShape shape = TreeShape.parse(text);
        assertEquals(nodes, shape.nodes());
        assertEquals(depth, shape.depth());
        assertEquals(leaves, shape.leaves());
        assertEquals(text, shape.toString());
        assertEquals(shape, TreeShape.parse(text));
    }

    @Test
    void zerosAtTheEndMeanNothing() {
        assertEquals(TreeShape.parse("4/3-1"), TreeShape.parse("4/3-1-0-0"));
        assertEquals(
                TreeShape.parse("4/3-1").hashCode(), TreeShape.parse("4/3-1-0").hashCode());
        assertNotEquals(TreeShape.parse("4/3-1"), TreeShape.parse("4/3-0-1"));
        assertEquals(TreeShape.parse("4/3-2-2-1/3-2-2-1/3/2"), TreeShape.eagle1());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; level 1; ''",
                "x; level 1; 'x'",
                "4/; level 2; ''",
                "4/1-1-1-1-1; level 2: expected at most 4 numbers; '1-1-1-1-1'",
                "2/2-2/0-0; level 3: expected at least one child; '0-0'",
                "4/-1; level 2; '-1'",
                "4000; level 1; '4000'",
                "900/900-900-900-900-900; level 2: expected at most 4096 nodes; '900-900-900-900-900'",
            })
    void namesTheLevelThatIsWrong(String text, String expected, String found) {
        GtoException e = assertThrows(GtoException.class, () -> TreeShape.parse(text));
        assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        assertTrue(
                e.getMessage().contains(expected) && e.getMessage().contains("found '" + found + "'"), e.getMessage());
    }
}
