package org.gto4j.data;

import org.gto4j.model.Features;
import org.jspecify.annotations.Nullable;

/**
 * What the target wrote.
 *
 * @param job what was asked
 * @param tokens prompt and response; an end token is the last one
 * @param argmax the target's argmax after each token, -1 unknown; null if the response is greedy
 * @param features one row a token, valid during the call that hands this over only; null if none are captured
 * @param ended the target ended the text itself
 */
record WrittenText(
        WritingJob job,
        int[] tokens,
        int @Nullable [] argmax,
        @Nullable Features features,
        boolean ended) {
    int responseLength() {
        return tokens.length - job.prompt().length;
    }
}
