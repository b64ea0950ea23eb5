package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code plan} on a tiny random target. */
class PlanCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    /** The sizes of published models are those that their cards say, in billions of parameters. */
    @ParameterizedTest
    @CsvSource({
        "llama-3.1-8b, '8,030,261,248', 8192",
        "llama-3.3-70b, '70,553,706,496', 32000",
        "vicuna-1.3-13b, '13,015,864,320', 32000",
        "deepseek-r1-distill-llama-8b, '8,030,261,248', 32000",
        "qwen3-8b, '8,190,735,360', 32000"
    })
    void plansForPublishedModels(String name, String parameters, String vocabulary) {
        CommandRun plan = CommandRun.of(
                "plan",
                "--like",
                name,
                "--threads",
                "1",
                "--draft-vocab",
                vocabulary,
                "--memory",
                "141",
                "--tflops",
                "400",
                "--tokens",
                "100000000");
        assertEquals(0, plan.code(), plan.err());
        assertTrue(plan.out().contains(name + ": " + parameters + " parameters of 8.5 bits"), plan.out());
        assertTrue(plan.out().contains(" hours for 100,000,000 response tokens"), plan.out());
        assertTrue(plan.out().contains("GB for features of 100,000,000 tokens"), plan.out());
        assertTrue(plan.out().contains(" tokens fit"), plan.out());
    }

    @Test
    void aPublishedModelTakesAMeasuredOnesCosts() {
        CommandRun unknown = CommandRun.of("plan", "--like", "qwen3-8b", "--threads", "1");
        assertEquals(0, unknown.code(), unknown.err());
        assertTrue(unknown.out().contains("not measured on this machine yet: say --tflops N"), unknown.out());
        assertEquals(2, CommandRun.of("plan", "--threads", "1").code());
        assertEquals(2, CommandRun.of("plan", "--like", "qwen3-8b", "--measure").code());
        assertEquals(2, CommandRun.of("plan", "--like", "gpt-9").code());
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
