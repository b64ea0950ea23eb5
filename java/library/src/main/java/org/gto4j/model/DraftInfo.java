package org.gto4j.model;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a draft is.
 *
 * @param hidden width of the target's hidden state; {@link DraftNet#width()} is the net's own
 * @param heads attention heads
 * @param kvHeads key and value heads
 * @param headDim width of a head
 * @param feedForward width of the feed-forward net
 * @param vocabulary the target's vocabulary size
 * @param draftVocabulary the draft's vocabulary size
 * @param taps tapped blocks of the target
 * @param ropeBase base of the rotary position embedding
 * @param rmsEpsilon epsilon of the RMS norms
 * @param parameters number of trained weights (the frozen embedding isn't counted)
 */
public record DraftInfo(
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int feedForward,
        int vocabulary,
        int draftVocabulary,
        int[] taps,
        float ropeBase,
        float rmsEpsilon,
        long parameters) {
    /** Tapped blocks; a copy. */
    @Override
    public int[] taps() {
        return taps.clone();
    }

    /** Two are equal if all values are, the taps one by one. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DraftInfo that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    private List<Object> values() {
        return List.of(
                hidden,
                heads,
                kvHeads,
                headDim,
                feedForward,
                vocabulary,
                draftVocabulary,
                Arrays.toString(taps),
                ropeBase,
                rmsEpsilon,
                parameters);
    }

    @Override
    public String toString() {
        return "hidden " + hidden + ", heads " + heads + ", kvHeads " + kvHeads + ", headDim " + headDim
                + ", feedForward " + feedForward + ", vocabulary "
                + vocabulary + ", draftVocabulary " + draftVocabulary + ", taps " + Arrays.toString(taps)
                + ", ropeBase " + ropeBase + ", rmsEpsilon " + rmsEpsilon
                + ", parameters " + parameters;
    }
}
