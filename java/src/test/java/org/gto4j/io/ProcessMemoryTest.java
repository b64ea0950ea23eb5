package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {
    private static final long MIB = 1 << 20;

    @TempDir
    Path root;

    private void file(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private OptionalLong least() {
        return new ProcessMemory(root).least();
    }

    @Test
    void aSystemThatSaysNothingHasNoAnswer() {
        assertEquals(OptionalLong.empty(), least());
    }

    @Test
    void freeMemory() throws IOException {
        file("proc/meminfo", "MemTotal:       24633344 kB\nMemFree:         1000 kB\nMemAvailable:    8192 kB\n");
        assertEquals(8 * MIB, least().orElseThrow());
    }

    @Test
    void theNarrowestControlGroupCountsWithoutWhatItCanDrop() throws IOException {
        freeMemory();
        file("proc/self/cgroup", "0::/a/b\n");
        file("sys/fs/cgroup/a/b/memory.max", "max\n");
        file("sys/fs/cgroup/a/b/memory.current", "123\n");
        assertEquals(8 * MIB, least().orElseThrow());
        file("sys/fs/cgroup/a/memory.max", (5 * MIB) + "\n");
        file("sys/fs/cgroup/a/memory.current", (4 * MIB) + "\n");
        file("sys/fs/cgroup/a/memory.stat", "anon 7\ninactive_file " + 2 * MIB + "\n");
        assertEquals(3 * MIB, least().orElseThrow());
    }

    @Test
    void controlGroupsOfTheFirstVersion() throws IOException {
        freeMemory();
        file("proc/self/cgroup", "5:devices:/\n4:memory:/x\n0::/\n");
        file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
        file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "5\n");
        assertEquals(8 * MIB, least().orElseThrow());
        file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", (2 * MIB) + "\n");
        file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", MIB + "\n");
        assertEquals(MIB, least().orElseThrow());
    }

    @Test
    void limitsOfTheProcess() throws IOException {
        freeMemory();
        file("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units\n"
            + "Max data size             unlimited            unlimited            bytes\n"
            + "Max address space         " + 6 * MIB + "              unlimited            bytes\n");
        file("proc/self/status", "Name:\tjava\nVmSize:\t    2048 kB\nVmData:\t  100 kB\n");
        assertEquals(4 * MIB, least().orElseThrow());
        file("proc/self/status", "VmSize:\t    20480 kB\n");
        assertEquals(0, least().orElseThrow());
    }

    @Test
    void thisMachineSays() {
        if (Files.exists(Path.of("/proc/meminfo"))) {
            assertTrue(ProcessMemory.available().orElseThrow() > MIB);
            assertTrue(ProcessMemory.resident().orElseThrow() > MIB);
        }
    }
}
