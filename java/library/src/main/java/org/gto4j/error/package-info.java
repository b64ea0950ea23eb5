/**
 * The one exception of this library. {@link org.gto4j.error.GtoException} is unchecked; its kind says whose fault it
 * is, its message names what was expected and what was found.
 *
 * <pre>{@code
 * try {
 *     TargetModel.open(path);
 * } catch (GtoException e) {
 *     if (e.kind() == GtoException.Kind.IO) { ... }
 * }
 * }</pre>
 *
 * <p>Threads: immutable.
 */
@NullMarked
package org.gto4j.error;

import org.jspecify.annotations.NullMarked;
