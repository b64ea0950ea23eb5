package org.gto4j.lab.cli;

/** What parameters belong together in help, in this order. */
enum ParameterGroup {
    MODEL("Model and draft"),
    TEXTS("Texts and corpora"),
    DECODING("Decoding"),
    SAMPLING("Sampling"),
    TRAINING("Training"),
    LEARNING("Loss and optimizer"),
    VALIDATION("Validation and checkpoints"),
    GTO("Group Tree Optimization (phase 2)"),
    MEASURING("Measuring"),
    OUTPUT("Output"),
    MACHINE("Machine"),
    HELP("Help");

    private final String title;

    ParameterGroup(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
