package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
    private static final long MIB = 1 << 20;

    @Test
    void thisMachineSays() {
        if (Files.exists(Path.of("/proc/self/status"))) {
            assertTrue(ProcessMemory.resident().orElseThrow() > MIB);
        }
    }
}
