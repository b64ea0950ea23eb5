package org.gto4j.model;

import java.util.Objects;
import org.gto4j.tree.DrawnChild;

/**
 * Children of draft nodes that were drawn at random, from {@link DraftSession#draw} until the target verifies the tree
 * that they are in, with the draft's distributions that they were drawn from: 4 bytes a draw and token of the draft's
 * vocabulary, in the host's memory. One thread at a time.
 */
public final class DrawnChildren extends NativeHandle {
    private final EngineDrawnChildren engine;

    private DrawnChildren(TargetModel target, EngineDrawnChildren engine) {
        super("DrawnChildren", Sharing.EXCLUSIVE, target);
        this.engine = engine;
    }

    /**
     * None yet, for drafts of a target.
     *
     * @param how at which temperature children are drawn
     * @param seed of random streams of their own, which aren't those of a {@link Sampler} with this seed
     */
    public static DrawnChildren open(TargetModel target, DrawnChild how, int seed) {
        Objects.requireNonNull(how, "how");
        return using(() -> openWithin(target, how, seed), target);
    }

    /** The same for callers that keep the target alive themselves, even if it has been closed. */
    public static DrawnChildren openWithin(TargetModel target, DrawnChild how, int seed) {
        return new DrawnChildren(target, EngineDrawnChildren.open(target.engine(), how.temperature(), seed));
    }

    /** Number of draws held. */
    public int count() {
        return using(engine::count, this);
    }

    /** Forgets all draws, before the next tree; the random streams go on. */
    public void clear() {
        using(engine::clear, this);
    }

    EngineDrawnChildren engine() {
        return engine;
    }

    @Override
    protected void free() {
        engine.free();
    }
}
