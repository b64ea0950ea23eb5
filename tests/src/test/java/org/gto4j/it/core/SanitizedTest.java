package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.model.Gto4j;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** In a run of cmake/sanitize.sh: the libgto4j that is tested is the instrumented one, and no other is loaded. */
@EnabledIfSystemProperty(named = "gto4j.sanitized", matches = ".+")
class SanitizedTest {
    @Test
    void theInstrumentedLibraryIsLoaded() throws IOException {
        Gto4j.version();
        List<Path> loaded = Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("/libgto4j.so"))
                .map(line -> Path.of(line.substring(line.indexOf('/'))).getParent())
                .distinct()
                .toList();
        assertEquals(List.of(Path.of(System.getProperty("gto4j.sanitized")).toRealPath()), loaded);
    }
}
