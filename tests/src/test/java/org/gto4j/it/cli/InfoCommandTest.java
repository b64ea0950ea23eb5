package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code info} on a tiny random target. */
class InfoCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void infoShowsTheTarget() {
        CommandRun info = CommandRun.of("info", files.model());
        assertEquals(0, info.code(), info.err());
        assertTrue(info.out().contains("architecture    llama"), info.out());
        assertTrue(info.out().contains("layers          6 of width 32"), info.out());
    }

    @Test
    void aFolderWithoutARunIsNamed() {
        CommandRun.mistake(folder.toString(), "info", folder.toString());
    }
}
