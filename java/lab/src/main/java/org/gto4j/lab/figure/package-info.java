/** Tables and charts, in text and SVG. Immutable. */
@NullMarked
package org.gto4j.lab.figure;

import org.jspecify.annotations.NullMarked;
