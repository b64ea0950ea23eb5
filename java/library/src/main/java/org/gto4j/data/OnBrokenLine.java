package org.gto4j.data;

/** What becomes of a line that can't be read. */
public enum OnBrokenLine {
    /** The file is refused. */
    FAIL,
    /** The line is left out and told of. */
    SKIP
}
