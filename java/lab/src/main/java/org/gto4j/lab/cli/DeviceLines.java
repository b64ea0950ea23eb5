package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.gto4j.model.AvailableDevice;
import org.gto4j.model.Device;
import org.gto4j.model.TargetLoading;
import org.gto4j.model.TargetModel;

/** What computes, and why; what else could. */
final class DeviceLines {
    private static final String OURS = "CPU-GTO4J";

    private DeviceLines() {}

    /** A device beside the others of this machine. */
    static Stream<String> of(Device device) {
        List<AvailableDevice> all = Device.available();
        List<String> lines = new ArrayList<>();
        lines.add(line("device", device.kind()));
        lines.add(line("why", why(device.name(), all)));
        all.stream()
                .filter(other -> !other.name().equals(device.name()))
                .map(other -> line("other device", other.name() + ", " + other.description()))
                .forEach(lines::add);
        return lines.stream();
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

    private static String why(String name, List<AvailableDevice> all) {
        boolean best = name.equals(all.get(0).name());
        boolean ours = all.stream().anyMatch(device -> device.name().equals(OURS));
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
