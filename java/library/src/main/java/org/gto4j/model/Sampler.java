package org.gto4j.model;

import java.util.Objects;

/**
 * A llama.cpp sampler chain with its state: the random stream and the tokens that penalties remember. One thread at a
 * time.
 */
public final class Sampler extends NativeHandle {
    private final EngineSampler engine;

    private Sampler(TargetModel target, EngineSampler engine) {
        super("Sampler", Sharing.EXCLUSIVE, target);
        this.engine = engine;
    }

    /** Builds the chain for a target's vocabulary. */
    public static Sampler open(TargetModel target, SamplerOptions options) {
        Objects.requireNonNull(options, "options");
        return using(() -> openWithin(target, options), target);
    }

    /** The same for callers that keep the target alive themselves, even if it has been closed. */
    public static Sampler openWithin(TargetModel target, SamplerOptions options) {
        return new Sampler(target, EngineSampler.open(target.engine(), options));
    }

    /** Forgets accepted tokens and restarts the random stream from the seed. */
    public void reset() {
        using(engine::reset, this);
    }

    /** Tells the penalties about tokens that this sampler didn't draw, e.g. the prompt. */
    public void accept(int... tokens) {
        using(() -> engine.accept(tokens), this);
    }

    EngineSampler engine() {
        return engine;
    }

    @Override
    protected void free() {
        engine.free();
    }
}
