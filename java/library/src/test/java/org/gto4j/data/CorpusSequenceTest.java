package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class CorpusSequenceTest {
    private static final int[] TOKENS = {10, 11, 12, 13, 14, 15, 16, 17};
    private static final CorpusSequence TWO =
            new CorpusSequence("two", TOKENS, List.of(new ResponseSpan(2, 4), new ResponseSpan(5, 7)), true, null, 0);

    /** The mask stands at the token that is predicted, not at the one it is predicted from. */
    @Test
    void lossMaskIsTrueAtTheResponsesOwnTokens() {
        assertArrayEquals(new boolean[] {false, false, true, true, false, true, true, false}, TWO.lossMask());
        assertEquals(2, TWO.promptLength());
        assertEquals(4, TWO.responseLength());
    }

    /** A greedy response's token is the argmax after the token before it: one place earlier than the mask. */
    @Test
    void greedyArgmaxStandsOnePlaceBeforeEachResponseToken() {
        assertArrayEquals(new int[] {-1, 12, 13, -1, 15, 16, -1, -1}, TWO.targetArgmax());
    }

    @Test
    void masksBecomeSpansAndBack() {
        boolean[] mask = {true, true, false, false, true, true, true, false};
        assertEquals(List.of(new ResponseSpan(1, 2), new ResponseSpan(4, 7)), MaskedTokens.spans(mask));
        mask[0] = false;
        assertArrayEquals(mask, new CorpusSequence("m", TOKENS, MaskedTokens.spans(mask), true, null, 0).lossMask());
    }

    @Test
    void aCutTextKeepsWhatIsTrainedBeforeTheCut() {
        MaskedTokens whole = new MaskedTokens("w", TOKENS, TWO.responses());
        assertEquals(TWO.responses(), whole.cut(7).responses());
        assertEquals(
                List.of(new ResponseSpan(2, 4), new ResponseSpan(5, 6)),
                whole.cut(6).responses());
        assertEquals(List.of(new ResponseSpan(2, 4)), whole.cut(5).responses());
        assertEquals(List.of(), whole.cut(2).responses());
        assertArrayEquals(new int[] {10, 11}, whole.cut(2).tokens());
    }
}
