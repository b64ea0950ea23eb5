/**
 * Decoding simulated on texts that the target has written: the accepted length of each cycle without a pass of the
 * target.
 *
 * <p>A walk accepts what the target draws, and on its own text that is the text.
 * {@link org.gto4j.simulation.SimulatedDecoding} grows the trees of real decoding from a corpus's features;
 * {@link org.gto4j.simulation.SimulatedTau} sums them up.
 *
 * <pre>{@code
 * try (SimulatedDecoding decoding = new SimulatedDecoding(draft, List.of(new Chain(7)), longest, null)) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Threads: a simulation is made for one thread.
 */
@NullMarked
package org.gto4j.simulation;

import org.jspecify.annotations.NullMarked;
