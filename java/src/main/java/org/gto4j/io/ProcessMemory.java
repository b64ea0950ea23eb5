package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Memory of this process, by what Linux says. */
public final class ProcessMemory {
    private static final long UNIT = 1024;
    /** Limits of /proc/self/limits and what of /proc/self/status counts against them. */
    private static final Map<String, String> OWN_LIMITS = Map.of("Max address space", "VmSize", "Max data size", "VmData", "Max resident set", "VmRSS");

    private final Path root;

    /** @param root of the file system that holds proc and sys */
    ProcessMemory(Path root) {
        this.root = root;
    }

    /** Bytes in memory now; empty where the system doesn't say. */
    public static OptionalLong resident() {
        return new ProcessMemory(Path.of("/")).kilobytes("proc/self/status", "VmRSS");
    }

    /** Bytes that it may still take: of free memory, within the limits of its control groups and its own (ulimit); empty where the system doesn't say. */
    public static OptionalLong available() {
        return new ProcessMemory(Path.of("/")).least();
    }

    OptionalLong least() {
        return Stream.concat(Stream.of(free()), Stream.concat(controlGroups(), ownLimits())).filter(OptionalLong::isPresent)
            .mapToLong(OptionalLong::getAsLong).map(bytes -> Math.max(0, bytes)).min();
    }

    private OptionalLong free() {
        return kilobytes("proc/meminfo", "MemAvailable");
    }

    /** Of the process's groups and all above them, in version 2 and in version 1 of the interface. */
    private Stream<OptionalLong> controlGroups() {
        return lines("proc/self/cgroup").stream().flatMap(line -> {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                return Stream.empty();
            }
            boolean second = parts[1].isEmpty();
            if (!second && !List.of(parts[1].split(",")).contains("memory")) {
                return Stream.empty();
            }
            Path top = root.resolve(second ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
            Path group = top.resolve(parts[2].substring(1)).normalize();
            return Stream.iterate(group, folder -> folder != null && folder.startsWith(top), Path::getParent)
                .map(folder -> second ? left(folder, "memory.max", "memory.current", "inactive_file")
                    : left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"));
        });
    }

    /** The limit less what is used and can't be dropped; empty without a limit. */
    private OptionalLong left(Path folder, String limit, String used, String droppable) {
        OptionalLong most = number(lines(folder.resolve(limit)).stream().findFirst().orElse(""));
        OptionalLong now = number(lines(folder.resolve(used)).stream().findFirst().orElse(""));
        if (most.isEmpty() || now.isEmpty()) {
            return OptionalLong.empty();
        }
        long files = lines(folder.resolve("memory.stat")).stream().filter(line -> line.startsWith(droppable + " "))
            .mapToLong(line -> number(line.substring(droppable.length())).orElse(0)).sum();
        return OptionalLong.of(most.getAsLong() - now.getAsLong() + files);
    }

    private Stream<OptionalLong> ownLimits() {
        List<String> lines = lines("proc/self/limits");
        return OWN_LIMITS.entrySet().stream().map(limit -> {
            OptionalLong most = lines.stream().filter(line -> line.startsWith(limit.getKey())).findFirst()
                .map(line -> number(line.substring(limit.getKey().length()).strip().split("\\s+")[0])).orElse(OptionalLong.empty());
            OptionalLong now = kilobytes("proc/self/status", limit.getValue());
            return most.isEmpty() || now.isEmpty() ? OptionalLong.empty() : OptionalLong.of(most.getAsLong() - now.getAsLong());
        });
    }

    private OptionalLong kilobytes(String file, String name) {
        Map<String, String> values = lines(file).stream().map(line -> line.split(":", 2)).filter(parts -> parts.length == 2)
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].replace("kB", ""), (first, second) -> first));
        OptionalLong value = number(values.getOrDefault(name, ""));
        return value.isEmpty() ? value : OptionalLong.of(value.getAsLong() * UNIT);
    }

    /** Empty for a text ("max", "unlimited"). */
    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private List<String> lines(String file) {
        return lines(root.resolve(file));
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
