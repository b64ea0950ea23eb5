/** The command line: one class a command. What the commands do is done by the other packages. */
@NullMarked
package org.gto4j.lab.cli;

import org.jspecify.annotations.NullMarked;
