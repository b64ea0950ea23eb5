package org.gto4j.model;

import java.util.List;
import java.util.function.ToIntBiFunction;
import java.util.stream.IntStream;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_device;

/** Native side of {@link Device}. */
final class EngineDevice {
    final gto_device handle;

    private EngineDevice(gto_device handle) {
        this.handle = handle;
    }

    static EngineDevice open(String name, int threads) {
        Engine.ready();
        gto_device device = new gto_device();
        Engine.check(gto4j.gto_device_open(name, threads, device));
        return new EngineDevice(device);
    }

    static List<AvailableDevice> available() {
        Engine.ready();
        return IntStream.range(0, gto4j.gto_available_devices())
                .mapToObj(i -> new AvailableDevice(
                        Engine.string(gto4j.gto_available_device_name(i)),
                        Engine.string(gto4j.gto_available_device_description(i)),
                        kind(gto4j.gto_available_device_kind(i)),
                        memory((free, total) -> gto4j.gto_available_device_memory(i, free, total))))
                .toList();
    }

    private static DeviceKind kind(int kind) {
        return switch (kind) {
            case gto4j.GTO_DEVICE_CPU -> DeviceKind.CPU;
            case gto4j.GTO_DEVICE_GPU -> DeviceKind.GPU;
            case gto4j.GTO_DEVICE_INTEGRATED_GPU -> DeviceKind.INTEGRATED_GPU;
            default -> DeviceKind.OTHER;
        };
    }

    private static DeviceMemory memory(ToIntBiFunction<long[], long[]> ask) {
        long[] free = {0};
        long[] total = {0};
        Engine.check(ask.applyAsInt(free, total));
        return new DeviceMemory(free[0], total[0]);
    }

    String name() {
        return Engine.string(gto4j.gto_device_name(handle));
    }

    String description() {
        return Engine.string(gto4j.gto_device_description(handle));
    }

    int threads() {
        return gto4j.gto_device_threads(handle);
    }

    DeviceKind kind() {
        return kind(gto4j.gto_device_kind(handle));
    }

    boolean computesDrafts() {
        return gto4j.gto_device_computes_drafts(handle);
    }

    String whyNoDrafts() {
        return Engine.string(gto4j.gto_device_why_no_drafts(handle));
    }

    DeviceMemory memory() {
        return memory((free, total) -> gto4j.gto_device_memory(handle, free, total));
    }

    void free() {
        gto4j.gto_device_free(handle);
    }
}
