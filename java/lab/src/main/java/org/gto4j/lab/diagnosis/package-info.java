/**
 * How far tree decoding departs from the greedy path that a token loss trains (Fig. 2 of arXiv 2509.22134). One thread.
 */
@NullMarked
package org.gto4j.lab.diagnosis;

import org.jspecify.annotations.NullMarked;
