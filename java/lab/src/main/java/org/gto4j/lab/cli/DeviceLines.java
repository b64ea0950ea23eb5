package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.gto4j.model.AvailableDevice;
import org.gto4j.model.Device;
import org.gto4j.model.DeviceKind;
import org.gto4j.model.DeviceMemory;
import org.gto4j.model.TargetLoading;
import org.gto4j.model.TargetModel;

/** What computes, and why; what else could. */
final class DeviceLines {
    private static final String OURS = "CPU-GTO4J";
    private static final double GIB = 1L << 30;

    private DeviceLines() {}

    /** A device beside the others of this machine. */
    static Stream<String> of(Device device) {
        List<AvailableDevice> all = Device.available();
        List<String> lines = new ArrayList<>();
        lines.add(line("device", device.kind()));
        lines.add(line("why", why(device, all)));
        lines.add(line("memory", memory(device.memory())));
        if (!device.computesDrafts()) {
            lines.add(line("drafts", "compute on the CPU: " + device.whyNoDrafts()));
        }
        List<String> opened = List.of(device.name().split(","));
        all.stream()
                .filter(other -> !opened.contains(other.name()))
                .map(DeviceLines::other)
                .forEach(lines::add);
        return lines.stream();
    }

    private static String other(AvailableDevice device) {
        return line(
                "other device",
                device.name() + ", " + device.description() + ", " + kind(device.kind()) + ", "
                        + memory(device.memory()));
    }

    private static String kind(DeviceKind kind) {
        return switch (kind) {
            case CPU -> "CPU";
            case GPU -> "GPU";
            case INTEGRATED_GPU -> "GPU with the processor's memory";
            case OTHER -> "accelerator";
        };
    }

    private static String memory(DeviceMemory memory) {
        return memory.total() < 0
                ? "memory unknown"
                : String.format(
                        Locale.ROOT,
                        "%s of %.2f GiB free",
                        memory.free() < 0 ? "?" : String.format(Locale.ROOT, "%.2f", memory.free() / GIB),
                        memory.total() / GIB);
    }

    /** What computes a target, and where its weights lie. */
    static Stream<String> of(TargetModel target) {
        TargetLoading loading = target.loading();
        List<String> parts = new ArrayList<>();
        addMegabytes(parts, loading.packedBytes(), "packed for the device's kernels");
        addMegabytes(parts, loading.mappedBytes(), "mapped");
        addMegabytes(parts, loading.movedBytes(), "packed by ggml or in the device's memory");
        String weights = String.join(", ", parts)
                + String.format(
                        Locale.ROOT, "; loaded in %.2f s", loading.time().toNanos() * 1e-9);
        Stream<String> fallback = loading.fallback() == null
                ? Stream.empty()
                : Stream.of(line("but", "ggml's CPU backend computes this target: " + loading.fallback()));
        return Stream.concat(Stream.concat(of(target.device()), fallback), Stream.of(line("weights", weights)));
    }

    private static String why(Device device, List<AvailableDevice> all) {
        String name = device.name();
        if (!device.isCpu()) {
            return "asked for";
        }
        boolean best = name.equals(all.get(0).name());
        boolean ours = all.stream().map(AvailableDevice::name).anyMatch(OURS::equals);
        if (!ours) {
            return (best ? "the best CPU device here" : "asked for") + "; the kernels of " + OURS
                    + " need AVX2 with FMA and F16C, or dot products of arm64";
        }
        return best
                ? "this processor has the instructions for its kernels"
                : "asked for; the best CPU device here is " + all.get(0).name();
    }

    private static void addMegabytes(List<String> parts, long bytes, String where) {
        if (bytes > 0) {
            parts.add(String.format(Locale.ROOT, "%.1f MB %s", bytes / 1e6, where));
        }
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-15s %s", name, value);
    }
}
