package org.gto4j.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StateFileTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("state.json");
    }

    private void write(int... steps) {
        StateFile file = new StateFile(file());
        file.read(json -> json.whole("step", 0));
        for (int step : steps) {
            file.write(JsonNodeFactory.instance.objectNode().put("step", step));
        }
    }

    private Optional<Integer> read() {
        return new StateFile(file()).read(json -> json.whole("step", 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"step\":",
                "null",
                "[]",
                "7",
                "{}",
                "{\"step\":\"2\"}",
                "{\"step\":2.5}",
                "{\"step\":-1}",
                "{\"step\":99999999999}",
                "{\"step\":null}",
                "{\"step\":2} x",
                "\u0000\u0001\u0002",
                "{\"step\":{}}"
            })
    void ofADamagedFileTheOlderOneIsTaken(String damaged) throws IOException {
        write(1, 2);
        assertEquals(Optional.of(2), read());
        Files.write(file(), damaged.getBytes(StandardCharsets.UTF_8));
        assertEquals(Optional.of(1), read());
        write(3);
        assertEquals(Optional.of(3), read());
        Files.writeString(file(), "torn");
        assertEquals(Optional.of(1), read(), "what was read last went into the older file");
        Files.writeString(folder.resolve("state.json.old"), "torn, too");
        assertEquals(Optional.empty(), read());
    }

    @Test
    void theFirstWriteHasACopyToo() throws IOException {
        write(5);
        Files.write(file(), new byte[] {(byte) 0xFE, (byte) 0xFF, 0, 0, 9});
        assertEquals(Optional.of(5), read());
        Files.delete(file());
        assertEquals(Optional.empty(), read(), "who deletes the file starts anew");
    }

    @Test
    void aFolderInItsPlaceIsMovedAside() throws IOException {
        write(1, 2);
        Files.delete(file());
        Files.createDirectories(file().resolve("inside"));
        assertEquals(Optional.of(1), read());
        write(3);
        assertEquals(Optional.of(3), read());
        assertTrue(Files.isDirectory(folder.resolve("state.json.damaged/inside")));
    }

    @Test
    void otherErrorsOfTheReaderAreNoDamage() {
        write(1);
        GtoException e = assertThrows(GtoException.class, () -> new StateFile(file()).read(json -> {
            throw new GtoException(GtoException.Kind.ARGUMENT, "another model");
        }));
        assertEquals("another model", e.getMessage());
    }
}
