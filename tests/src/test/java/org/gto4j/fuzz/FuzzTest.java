package org.gto4j.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Changed files, texts, grammars and command lines: none ends the process, hangs for more than 10 s or is an internal
 * error, and each message names file and field. System properties: gto4j.fuzz: how many inputs (default
 * {@value #DEFAULT}); gto4j.fuzz.seed (default 1); gto4j.fuzz.subjects: which kinds, e.g. "target,draft" (default all);
 * gto4j.fuzz.first: number of the first input (default 0). Inputs that fail stay in target/fuzz/input-NUMBER.
 */
class FuzzTest {
    private static final int DEFAULT = 300;

    @Test
    void nothingThatIsReadEndsTheProcess() throws Exception {
        int inputs = Integer.getInteger("gto4j.fuzz", DEFAULT);
        assumeTrue(inputs > 0);
        long first = Long.getLong("gto4j.fuzz.first", 0);
        Path folder = Path.of("target", "fuzz");
        if (Files.exists(folder)) {
            FuzzWorker.delete(folder);
        }
        try (FuzzRun run = new FuzzRun(Long.getLong("gto4j.fuzz.seed", 1), folder)) {
            FuzzRun.Outcome outcome =
                    run.of(LongStream.range(first, first + inputs).toArray());
            System.out.println(FuzzRun.report(outcome));
            assertEquals(List.of(), outcome.faults());
            if (inputs >= 100 && System.getProperty(FuzzRun.SUBJECTS) == null) {
                // else nothing was tried: all were sound, or none reached what it was made for
                assertTrue(
                        outcome.counts().keySet().stream()
                                        .filter(what -> what.endsWith("accepted"))
                                        .count()
                                >= 5,
                        outcome.counts().toString());
                assertTrue(
                        outcome.counts().keySet().stream()
                                        .filter(what -> what.endsWith("refused"))
                                        .count()
                                >= 5,
                        outcome.counts().toString());
            }
        }
    }
}
