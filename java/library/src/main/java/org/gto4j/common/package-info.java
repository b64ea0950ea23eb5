/**
 * Small helpers of all rooms: checks of arguments, text in UTF-8, records with arrays. Internal; pure Java; no state.
 */
@NullMarked
package org.gto4j.common;

import org.jspecify.annotations.NullMarked;
