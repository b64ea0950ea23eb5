package org.gto4j;

import org.jspecify.annotations.Nullable;

/** Where the pieces of a {@link TextStream} come from. */
interface TextSource extends AutoCloseable {
    /** The next piece, never empty; null at the end. Generates it or waits for it. */
    @Nullable String next();

    /** What was generated; null until {@link #next} has said null. */
    @Nullable Generation result();

    /** Lets {@link #next} come to an end soon. For any thread, while others wait in {@link #next}. */
    void cancel();

    /** Ends the generation if it hasn't ended. Idempotent. */
    @Override
    void close();
}
