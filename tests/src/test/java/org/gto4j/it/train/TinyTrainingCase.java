package org.gto4j.it.train;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of which each has a tiny training of its own. */
abstract class TinyTrainingCase {
    @TempDir
    Path folder;

    TinyTraining tiny;

    @BeforeEach
    void write() {
        tiny = TinyTraining.in(folder);
    }

    @AfterEach
    void close() {
        tiny.close();
    }
}
