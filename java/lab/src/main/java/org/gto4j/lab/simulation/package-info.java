/** Tables of simulated decoding, and the best fixed tree of a grid. One thread. */
@NullMarked
package org.gto4j.lab.simulation;

import org.jspecify.annotations.NullMarked;
