package org.gto4j.lab.quickstart;

/** The parts of a quickstart, in their order. */
enum Part {
    SETUP("tools and model"),
    REGENERATION("the target's answers"),
    PHASE_ONE("Phase I: EAGLE-3"),
    PHASE_TWO("Phase II: Group Tree Optimization"),
    EVALUATION("evaluation"),
    REPORT("report");

    private final String title;

    Part(String title) {
        this.title = title;
    }

    /** For people, with its number. */
    String title() {
        return "[" + (ordinal() + 1) + "/" + values().length + "] " + title;
    }
}
