package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train}, and the commands before and after it, on a tiny random target. */
class TrainCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void regenerateTrainAndExportInTurn() throws IOException {
        String corpus = folder.resolve("corpus").toString();
        CommandRun answers = files.answered(corpus);
        assertEquals(0, answers.code(), answers.err());
        assertTrue(
                answers.err().contains("features.f16: up to ") && answers.err().contains("(256 bytes a token, "),
                answers.err());
        Path one = folder.resolve("one");
        String[] train = {
            "train",
            "-m",
            files.model(),
            "--corpus",
            corpus,
            "--phase",
            "1",
            "--out",
            one.toString(),
            "--steps",
            "2",
            "--draft-vocab",
            "64",
            "--init",
            "random",
            "--loss",
            "lk-lambda",
            "--lk-eta",
            "2",
            "--mean",
            "all",
            "--schedule",
            "linear",
            "--warmup",
            "0.2",
            "--floor",
            "0",
            "--betas",
            "0.8,0.9",
            "--weight-decay",
            "0.01",
            "--clip",
            "1"
        };
        CommandRun first = CommandRun.of(train);
        assertEquals(0, first.code(), first.err());
        assertTrue(first.out().startsWith(one.resolve("draft.gguf") + ": 2 steps"), first.out());
        assertEquals(first.out(), CommandRun.of(train).out(), "a run that is complete stays as it is");
        JsonNode options =
                new ObjectMapper().readTree(one.resolve("config.json").toFile()).path("options");
        assertEquals(
                "LK_LAMBDA 2.0 true LINEAR 0.2 0.0 0.8 0.9 0.01 1.0",
                String.join(
                        " ",
                        options.path("loss").path("kind").asText(),
                        options.path("loss").path("eta").asText(),
                        options.path("meanOverAll").asText(),
                        options.path("learningRate").path("decay").asText(),
                        options.path("learningRate").path("warmup").asText(),
                        options.path("learningRate").path("floor").asText(),
                        options.path("optimizer").path("beta1").asText(),
                        options.path("optimizer").path("beta2").asText(),
                        options.path("optimizer").path("weightDecay").asText(),
                        options.path("clip").asText()));
        CommandRun second = CommandRun.of(
                "train",
                "-m",
                files.model(),
                "--corpus",
                corpus,
                "--phase",
                "2",
                "--from",
                one.resolve("draft.gguf").toString(),
                "--out",
                folder.resolve("two").toString(),
                "--steps",
                "1",
                "--tree",
                "8/3/3",
                "--reward",
                "exact");
        assertEquals(0, second.code(), second.err());
        Path page = folder.resolve("runs.html");
        CommandRun report =
                CommandRun.of("report", one.toString(), folder.resolve("two").toString(), "--html", page.toString());
        assertEquals(0, report.code(), report.err());
        String html = Files.readString(page);
        assertTrue(html.contains("<td>phase</td><td>1</td><td>2</td>"), "settings that differ");
        assertTrue(html.contains("<td>two</td><td>--reward</td><td>exact</td><td>command line</td>"), html);
        CommandRun started = CommandRun.of("info", one.toString());
        assertEquals(0, started.code(), started.err());
        assertTrue(
                started.out().contains("phase           1\n")
                        && started.out().contains("--betas 0.8,0.9 (command line)\n")
                        && started.out().contains("--loss lk-lambda (command line)\n"),
                started.out());
        CommandRun.mistake("config.json", "report", corpus, "--html", page.toString());
        Path exported = folder.resolve("exported.gguf");
        CommandRun export = CommandRun.of(
                "export",
                "-m",
                files.model(),
                "--draft",
                folder.resolve("two").toString(),
                "--out",
                exported.toString());
        assertEquals(0, export.code(), export.err());
        CommandRun info = CommandRun.of("info", exported.toString());
        assertTrue(info.out().contains("(a draft)") && info.out().contains("64 of the target's tokens"), info.out());
        exportsAContextVocabulary(exported);
    }

    private void exportsAContextVocabulary(Path draft) {
        Path with = folder.resolve("with.gguf");
        List<String> export = List.of(
                "export",
                "-m",
                files.model(),
                "--draft",
                draft.toString(),
                "--context-vocab",
                "1.5",
                "--context-bigram",
                "2",
                "--out");
        CommandRun run = CommandRun.of(
                Stream.concat(export.stream(), Stream.of(with.toString())).toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        CommandRun info = CommandRun.of("info", with.toString());
        assertTrue(info.out().contains("and the text's own, offset 1.5, bigram bonus 2"), info.out());
        CommandRun folderOf = CommandRun.of(Stream.concat(
                        export.stream(), Stream.of(folder.resolve("sglang").toString(), "--format", "sglang"))
                .toArray(String[]::new));
        assertEquals(2, folderOf.code(), folderOf.err());
        assertTrue(folderOf.err().contains("--context-vocab"), folderOf.err());
        CommandRun bonusAlone = CommandRun.of(
                "export",
                "-m",
                files.model(),
                "--draft",
                draft.toString(),
                "--context-bigram",
                "2",
                "--out",
                with.toString());
        assertEquals(2, bonusAlone.code(), bonusAlone.err());
        assertTrue(bonusAlone.err().contains("--context-vocab"), bonusAlone.err());
    }

    /**
     * Answers of others can't be replayed: training on them goes on without validation, here with a context vocabulary.
     */
    @Test
    void trainsOnKeptAnswers() throws IOException {
        Path chats = folder.resolve("chats.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            lines.append("{\"id\":\"")
                    .append(i)
                    .append("\",\"messages\":[{\"role\":\"user\",\"content\":\"abc ")
                    .append(i)
                    .append("\"},{\"role\":\"assistant\",\"content\":\"hello there and good day\"}]}\n");
        }
        Files.writeString(chats, lines);
        String corpus = folder.resolve("kept").toString();
        CommandRun kept = CommandRun.of(
                "regenerate",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--prompts",
                chats.toString(),
                "--keep-answers",
                "--out",
                corpus);
        assertEquals(0, kept.code(), kept.err());
        CommandRun run = CommandRun.of(
                "train",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--corpus",
                corpus,
                "--phase",
                "1",
                "--out",
                folder.resolve("foreign").toString(),
                "--steps",
                "2",
                "--draft-vocab",
                "64",
                "--init",
                "random",
                "--context-vocab",
                "0",
                "--context-bigram",
                "1");
        assertEquals(0, run.code(), run.err());
        CommandRun info = CommandRun.of(
                "info", folder.resolve("foreign").resolve("draft.gguf").toString());
        assertTrue(info.out().contains("and the text's own, offset 0.0, bigram bonus 1.0"), info.out());
    }
}
