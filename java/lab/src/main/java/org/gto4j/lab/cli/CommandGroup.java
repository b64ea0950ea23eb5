package org.gto4j.lab.cli;

/** What a command is for, in the order of help. */
enum CommandGroup {
    USE("Use a model"),
    TRAIN("Train a draft"),
    MEASURE("Measure"),
    RESEARCH("Research");

    private final String title;

    CommandGroup(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
