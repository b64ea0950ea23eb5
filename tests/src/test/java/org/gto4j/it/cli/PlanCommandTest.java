package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code plan} on a tiny random target. */
class PlanCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void planSaysWhatTrainingTakes() throws IOException {
        CommandRun plan = CommandRun.of(
                "plan", "-m", files.model(), "--threads", "1", "--rows", "300", "--draft-vocab", "64", "--memory", "1");
        assertEquals(0, plan.code(), plan.err());
        assertTrue(
                plan.out().contains("micro-batch     300 tokens in 7 passes")
                        && plan.out().contains("corpus on disk  256 bytes a token"),
                plan.out());
        assertTrue(
                plan.out()
                        .matches(
                                "(?s).*memory          1\\.00 GiB for training: micro-batches of up to \\d+ tokens fit\\R.*"),
                plan.out());
        String little = CommandRun.of(
                        "plan", "-m", files.model(), "--threads", "1", "--rows", "30000", "--memory", "0.01")
                .out();
        assertTrue(little.contains(" fit, these don't"), little);
        Path html = folder.resolve("plan.html");
        CommandRun measured = CommandRun.of(
                "plan",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--rows",
                "100",
                "--measure",
                "--try",
                "--scale",
                "--draft-vocab",
                "40",
                "--html",
                html.toString());
        assertEquals(0, measured.code(), measured.err());
        assertTrue(
                measured.out()
                        .matches(
                                "(?s).*time            \\S+ hours for 1,000,000 response tokens: \\d+ tokens a second.*tried .*"),
                measured.out());
        assertTrue(
                measured.out()
                        .matches(
                                "(?s).*draft vocabulary +5 +10 +20 +40\\R  measured, ms a token( +\\d+\\.\\d+){4}\\R  by the costs .*passes .*"),
                measured.out());
        // letters of a chart are outlines, and a machine without fonts draws none
        String page = Files.readString(html);
        assertTrue(
                page.contains("<h2>Hours</h2>")
                        && page.contains("<h2>Scale</h2>")
                        && (page.contains("<svg") || page.contains("No chart of")),
                page);
    }
}
