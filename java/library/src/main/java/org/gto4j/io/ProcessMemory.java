package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Memory that this process has, by what Linux says. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";
    private static final long UNIT = 1024;

    private ProcessMemory() {}

    /** Bytes in memory now; empty where the system doesn't say. */
    public static OptionalLong resident() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> Long.parseLong(line.substring(RESIDENT.length())
                                    .replace("kB", "")
                                    .strip())
                            * UNIT)
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
