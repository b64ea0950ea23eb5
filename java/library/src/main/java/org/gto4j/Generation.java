package org.gto4j;

import java.util.Arrays;
import java.util.List;
import org.gto4j.common.AcceptedLengths;
import org.gto4j.common.Arguments;
import org.gto4j.common.RecordValues;
import org.gto4j.model.AnswerFormat;
import org.gto4j.model.DecodingTimes;
import org.jspecify.annotations.Nullable;

/**
 * What was generated.
 *
 * @param tokens the generated tokens; an end token is not among them
 * @param text their text, UTF-8 decoded across token boundaries, without control tokens
 * @param reason why generation stopped
 * @param statistics how it went
 */
public record Generation(int[] tokens, String text, FinishReason reason, Statistics statistics) {
    /** Of a request that ended before anything was generated. */
    static Generation none(FinishReason reason) {
        return new Generation(
                new int[0],
                "",
                reason,
                new Statistics(0, 0, new int[0], new int[0], new long[0], 0, 0, 0, 0, 0, DecodingTimes.NONE));
    }

    /** Why generation stopped. */
    public enum FinishReason {
        /** The target drew an end token. */
        END_OF_GENERATION,
        /** {@link GenerationOptions#maxTokens()} was reached. */
        MAX_TOKENS,
        /** One of {@link GenerationOptions#stopStrings()} was written; it isn't part of the text. */
        STOP_STRING,
        /** One of {@link GenerationOptions#stopTokens()} was drawn; it isn't part of the text. */
        STOP_TOKEN,
        /** The context has no room for another token. */
        CONTEXT_FULL,
        /** {@link GenerationOptions#cancellation()} was used, or {@link BatchRequest#cancel()}. */
        CANCELLED,
        /** The {@link BatchDecoder} was closed meanwhile. */
        DECODER_CLOSED
    }

    /**
     * Counts and times of one generation.
     *
     * @param tokens generated tokens, the first one (drawn after the prompt) included
     * @param cycles verification cycles
     * @param acceptedPerCycle draft tokens accepted in each cycle: the tokens gained less the target's own one. The
     *     last cycle counts all that it verified, even what maxTokens cut off. A cycle that ends by accepting an end
     *     token counts that as the target's own.
     * @param treeSizes nodes of each cycle's tree, 0 where it decoded plainly
     * @param cycleNanos time of each cycle, ns
     * @param promptKept tokens of the prompt that the text before shared, so that they weren't decoded again
     * @param promptNanos time until the first token was drawn, draft keys of the prompt included, ns
     * @param decodeNanos time of the cycles together, ns
     * @param targetNanos of these, in the target, ns
     * @param draftNanos of these, in the draft (trunk rows and trees), ns
     * @param times where the time of the cycles went; {@link DecodingTimes#NONE} of a {@link BatchRequest}, whose
     *     passes are others', too
     */
    public record Statistics(
            int tokens,
            int cycles,
            int[] acceptedPerCycle,
            int[] treeSizes,
            long[] cycleNanos,
            int promptKept,
            long promptNanos,
            long decodeNanos,
            long targetNanos,
            long draftNanos,
            DecodingTimes times) {
        /**
         * Tokens gained per cycle, the target's own included (so at least 1); NaN without a cycle. The first token,
         * drawn at the end of the prompt, isn't counted.
         */
        public double tau() {
            long accepted = 0;
            for (int count : acceptedPerCycle) {
                accepted += count;
            }
            return cycles == 0 ? Double.NaN : 1 + (double) accepted / cycles;
        }

        /**
         * How deep trees were accepted. Entry k is the share of cycles that accepted more than k draft tokens, in [0,
         * 1] and falling; the entries' sum is {@link #tau()} - 1. It ends with the longest accepted path.
         */
        public double[] acceptanceByDepth() {
            return AcceptedLengths.reached(acceptedPerCycle);
        }

        /** Mean number of nodes of a cycle's tree; NaN without a cycle. */
        public double meanTreeSize() {
            return Arrays.stream(treeSizes).average().orElse(Double.NaN);
        }

        /**
         * Quantile of the cycles' times in seconds, the nearest one that was measured; NaN without a cycle.
         *
         * @param p 0 = the shortest, 0.5 = the median, 1 = the longest
         */
        public double cycleSeconds(double p) {
            Arguments.check(p >= 0 && p <= 1, "p must be in [0, 1], found %s", p);
            long[] sorted = Arrays.stream(cycleNanos).sorted().toArray();
            return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(p * (sorted.length - 1))] * 1e-9;
        }

        /** Tokens after the first per second of decoding; NaN without a cycle. */
        public double tokensPerSecond() {
            return cycles == 0 ? Double.NaN : (tokens - 1) * 1e9 / decodeNanos;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return RecordValues.equal(this, other);
        }

        @Override
        public int hashCode() {
            return RecordValues.hash(this);
        }

        @Override
        public String toString() {
            return RecordValues.text(this);
        }
    }

    /** The text with control tokens written out, as a format reads it, up to the stop string that ended it. */
    String textWith(AnswerFormat format, List<String> stopStrings) {
        StringBuilder all = new StringBuilder(format.text(tokens));
        int stop = reason == FinishReason.STOP_STRING ? new StopStrings(stopStrings).find(all, 0) : -1;
        return stop < 0 ? all.toString() : all.substring(0, stop);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
