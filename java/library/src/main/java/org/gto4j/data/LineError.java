package org.gto4j.data;

import org.gto4j.error.GtoException;

/** Makes the error of a line of a file: file and line are known to whoever gave it. */
@FunctionalInterface
interface LineError {
    /** What was expected, and what was found. */
    GtoException of(String expected, String found);
}
