/**
 * Targets, drafts, and lossless decoding with draft trees.
 *
 * <p>Everything that is {@link java.lang.AutoCloseable} here must be closed; in any order, since what was opened from a handle keeps its
 * native part alive.
 */
@NullMarked
package org.gto4j;

import org.jspecify.annotations.NullMarked;
