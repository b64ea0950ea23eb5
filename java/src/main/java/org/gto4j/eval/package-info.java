/** Measuring drafts: tokens gained per cycle (tau), speed against plain decoding, confidence intervals, tables and a report. */
@NullMarked
package org.gto4j.eval;

import org.jspecify.annotations.NullMarked;
