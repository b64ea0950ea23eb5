package org.gto4j.lab.cli;

/** What {@code gto4j export} writes. */
enum ExportFormat {
    GGUF,
    SGLANG,
    SPECULATORS
}
