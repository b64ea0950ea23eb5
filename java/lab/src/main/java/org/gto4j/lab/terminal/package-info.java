/** What a user sees while a command runs: progress, start lines, text that can't steer a terminal. */
@NullMarked
package org.gto4j.lab.terminal;

import org.jspecify.annotations.NullMarked;
