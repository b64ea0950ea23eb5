/**
 * What Group Tree Optimization's rewards and gradients are worth: measured beside a naive scorer, walks of the target
 * and the token loss. One thread.
 */
@NullMarked
package org.gto4j.lab.gto;

import org.jspecify.annotations.NullMarked;
