/** The command line: options, progress and messages. What the commands do is done by the other packages. */
@NullMarked
package org.gto4j.cli;

import org.jspecify.annotations.NullMarked;
