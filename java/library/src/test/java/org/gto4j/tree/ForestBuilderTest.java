package org.gto4j.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ForestBuilderTest {
    @Test
    void treesOfManyRootsAreThoseOfEachAlone() {
        DynamicTree policy = new DynamicTree(5, 4, 20);
        int[] rows = {3, 8, 9, 40};
        FakeDraft draft = new FakeDraft(11, 24, 0.25f);
        List<DraftTree> forest = ForestBuilder.build(draft, rows, policy);
        assertEquals(rows.length, forest.size());
        assertEquals(1, draft.rootCalls());
        assertTrue(draft.expandCalls() <= 4, "one call a layer, whatever the number of roots: " + draft.expandCalls());
        assertTrue(draft.expanded() <= rows.length * policy.maxExpanded());
        for (int i = 0; i < rows.length; i++) {
            DraftTree alone = policy.build(new FakeDraft(11, 24, 0.25f).at(rows[i]));
            assertEquals(ReferenceTree.lines(alone), ReferenceTree.lines(forest.get(i)));
        }
    }

    @Test
    void noRootsNoTrees() {
        FakeDraft draft = new FakeDraft(1, 8, 0);
        assertEquals(List.of(), ForestBuilder.build(draft, new int[0], DynamicTree.eagle2()));
        assertEquals(0, draft.rootCalls());
    }
}
