package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.gto4j.common.Arguments;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compute device, or several GPUs as one: on the CPU the one pool of threads that target and draft share.
 * Computations on one device are serialised. Thread-safe.
 */
public final class Device extends NativeHandle {
    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    private final EngineDevice engine;
    private final String kind;
    private final boolean cpu;
    private final boolean computesDrafts;

    private Device(EngineDevice engine) {
        super("Device " + engine.name(), Sharing.CONCURRENT);
        this.engine = engine;
        kind = engine.name() + ", " + engine.description() + ", " + engine.threads() + " threads";
        cpu = engine.kind() == DeviceKind.CPU;
        computesDrafts = engine.computesDrafts();
    }

    /**
     * The CPU with its best kernels, see {@link #cpu(int)}, and with as many threads as this process may use
     * processors: those of its affinity, or its control groups' CPU quota, if that is less.
     */
    public static Device cpu() {
        return cpu(0);
    }

    /**
     * The CPU with the kernels that are best for its processor: {@code open("CPU-GTO4J", threads)} where it has the
     * instructions for them, else {@code open("CPU", threads)}.
     *
     * @param threads 1..512, or 0 = as many as this process may use processors; more than that are slower, and a
     *     warning is logged
     */
    public static Device cpu(int threads) {
        return open("", threads);
    }

    /**
     * Opens a device. Kind ARGUMENT if there is none of this name (the message says which there are, and what is
     * missing for this one: a module of ggml, a library, a driver), or the processor lacks the instructions for it.
     *
     * @param name "CPU-GTO4J": kernels of this library over ggml's CPU backend, whose rows have the same bits whatever
     *     is computed beside them, with weights packed for them; "CPU": ggml's own kernels; "CUDA0" and the like:
     *     ggml's other devices, whose modules lie beside this library or in the folder that the environment variable
     *     GTO4J_BACKENDS names; "CUDA0,CUDA1": several GPUs, between which a target's layers are shared out; "": as
     *     {@link #cpu(int)}
     * @param threads CPU threads, 1..512, or 0 = as many as this process may use processors; more than that are slower,
     *     and a warning is logged
     */
    public static Device open(String name, int threads) {
        Arguments.inRange("threads", threads, 0, 512);
        int processors = Runtime.getRuntime().availableProcessors();
        if (threads > processors) {
            LOG.warn(
                    "{} threads on {} processors: they wait for one another, and every pass takes longer than with {}",
                    threads,
                    processors,
                    processors);
        }
        return new Device(EngineDevice.open(Objects.requireNonNull(name, "name"), threads));
    }

    /** What can be opened on this machine; the first is what {@link #cpu()} opens. */
    public static List<AvailableDevice> available() {
        return EngineDevice.available();
    }

    /** E.g. "CPU-GTO4J". */
    public String name() {
        return using(engine::name, this);
    }

    /** For people: the processor's name and, of "CPU-GTO4J", its kernels. */
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

    /** Whether it is the processor; known even after {@link #close()}. */
    public boolean isCpu() {
        return cpu;
    }

    /**
     * Whether drafts compute on it, in training and in decoding. Beside a target on a device that gto4j has no kernels
     * for they compute on the CPU. Known even after {@link #close()}.
     */
    public boolean computesDrafts() {
        return computesDrafts;
    }

    /** Why {@link #computesDrafts()} is false, for people; empty where it is true. */
    public String whyNoDrafts() {
        return using(engine::whyNoDrafts, this);
    }

    /** Its memory now; of several GPUs the sum. */
    public DeviceMemory memory() {
        return using(engine::memory, this);
    }

    /** Targets on a closed device may go on. */
    Optional<DeviceMemory> memoryUnlessClosed() {
        try {
            return Optional.of(memory());
        } catch (IllegalStateException closed) {
            return Optional.empty();
        }
    }

    EngineDevice engine() {
        return engine;
    }

    @Override
    protected void free() {
        engine.free();
    }
}
