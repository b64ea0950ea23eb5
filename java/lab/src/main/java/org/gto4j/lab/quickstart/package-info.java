/**
 * The way from a GGUF to an aligned draft and its measured results, in one command that can be stopped and started
 * again.
 */
@NullMarked
package org.gto4j.lab.quickstart;

import org.jspecify.annotations.NullMarked;
