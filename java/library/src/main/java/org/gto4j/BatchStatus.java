package org.gto4j;

/**
 * What a {@link BatchDecoder} does at a moment.
 *
 * @param running requests in a slot
 * @param waiting requests without one
 * @param passes target passes so far, of prompts and of trees
 * @param rows tokens that they decoded; rows / passes tells how well the target is used
 */
public record BatchStatus(int running, int waiting, long passes, long rows) {}
