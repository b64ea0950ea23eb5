package org.gto4j.model;

/** Whether a model calls tools. */
public enum ToolChoice {
    /** If it wants to. */
    AUTO,
    /** It does: the answer is one call or more. */
    REQUIRED,
    /** It doesn't. */
    NONE
}
