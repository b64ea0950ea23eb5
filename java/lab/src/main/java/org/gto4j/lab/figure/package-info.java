/**
 * Tables and charts, in text and SVG. {@link org.gto4j.lab.figure.LineChart} and {@link org.gto4j.lab.figure.BarChart}
 * draw into a {@code Frame}, which knows title, axes and legend; {@code RoundSteps} chooses an axis's numbers,
 * {@code Thinning} leaves out what a pixel can't show. Immutable.
 */
@NullMarked
package org.gto4j.lab.figure;

import org.jspecify.annotations.NullMarked;
