/**
 * Means, ratios and their confidence intervals by the bootstrap over texts.
 *
 * <pre>{@code
 * Interval tau = Bootstrap.standard().ratio(tokens, cycles);
 * }</pre>
 *
 * <p>Threads: immutable; the same seed gives the same interval.
 */
@NullMarked
package org.gto4j.statistics;

import org.jspecify.annotations.NullMarked;
