package org.gto4j.model;

/** Which messages of llama.cpp reach standard error; each level includes those above it. */
public enum LogLevel {
    /** None. */
    NONE,
    /** Errors: the default. */
    ERROR,
    /** Warnings, too. */
    WARNING,
    /** What it loads and allocates, too. */
    INFO,
    /** Everything. */
    DEBUG
}
