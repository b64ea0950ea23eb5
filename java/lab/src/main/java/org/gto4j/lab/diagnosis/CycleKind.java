package org.gto4j.lab.diagnosis;

import java.util.function.ToIntFunction;

/** Cycles that are worth a look. */
@SuppressWarnings("ImmutableEnumChecker") // its functions are
public enum CycleKind {
    /** The tree took the text further than any other. */
    LONGEST("The longest accepted path", cycle -> cycle.accepted().length),
    /** The greedy path was right for longer than the tree kept it. */
    LOST("A greedy path that the tree lost though the target would have taken it", PathCycle::lost),
    /** The tree won by a branch that greedy drafting doesn't have. */
    BRANCH("A branch that beat the greedy path", cycle -> cycle.accepted().length - cycle.greedyAccepted());

    private final String title;
    private final ToIntFunction<PathCycle> measure;

    CycleKind(String title, ToIntFunction<PathCycle> measure) {
        this.title = title;
        this.measure = measure;
    }

    /** What such a cycle shows. */
    public String title() {
        return title;
    }

    /** How much of its kind a cycle is; 0 or less: not at all. */
    public int measure(PathCycle cycle) {
        return measure.applyAsInt(cycle);
    }
}
