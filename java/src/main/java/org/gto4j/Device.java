package org.gto4j;

import java.util.Objects;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compute device: on the CPU the one pool of threads that target and draft share. Computations on one device are serialised.
 * Thread-safe.
 */
public final class Device extends NativeHandle {
    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    private final EngineDevice engine;
    private final String kind;

    private Device(EngineDevice engine) {
        super("Device " + engine.name(), Sharing.CONCURRENT);
        this.engine = engine;
        kind = engine.name() + ", " + engine.description() + ", " + engine.threads() + " threads";
    }

    /** The CPU with as many threads as this process may use processors: those of its affinity, or its control groups' CPU quota, if that is less. */
    public static Device cpu() {
        return cpu(0);
    }

    /**
     * The CPU.
     *
     * @param threads 1..512, or 0 = as many as this process may use processors; more than that are slower, and a warning is logged
     */
    public static Device cpu(int threads) {
        return open("CPU", threads);
    }

    /**
     * Opens a device by its ggml name.
     *
     * @param name    "CPU", "CUDA0", ...
     * @param threads CPU threads, 1..512, or 0 = as many as this process may use processors; more than that are slower, and a warning is logged
     */
    public static Device open(String name, int threads) {
        Arguments.inRange("threads", threads, 0, 512);
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads > processors) {
            LOG.warn("{} threads on {} processors: they wait for one another, and every pass takes longer than with {}", threads, processors, processors);
        }
        return new Device(EngineDevice.open(Objects.requireNonNull(name, "name"), threads));
    }

    /** The ggml name, e.g. "CPU". */
    public String name() {
        return using(engine::name, this);
    }

    /** For people, e.g. the processor's name. */
    public String description() {
        return using(engine::description, this);
    }

    /** CPU threads. */
    public int threads() {
        return using(engine::threads, this);
    }

    /** Name, description and threads in one text; known even after {@link #close()}. */
    public String kind() {
        return kind;
    }

    EngineDevice engine() {
        return engine;
    }

    @Override
    void free() {
        engine.free();
    }
}
