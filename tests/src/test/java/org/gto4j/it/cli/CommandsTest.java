package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a tiny random target. */
class CommandsTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.in(folder, 3, "questions", """
            {"id": 1, "prompt": "one"}
            {"id": 2, "turns": ["two", "and then"]}
            {"id": 3, "messages": [{"role": "user", "content": "three"}]}
            """, "--type", "F32");
    }

    @Test
    void generateStreamsTextAndSaysHowFastItWas() {
        CommandRun plain = CommandRun.of("generate", "-m", files.model(), "-p", "Hello there", "-n", "24");
        assertEquals(0, plain.code(), plain.err());
        assertTrue(plain.out().length() > 1, "no text");
        assertTrue(
                plain.err().matches("(?s)\\d+ tokens, tau 1\\.00 \\(plain, temperature 0\\), .* tokens/s, .*\\R"),
                plain.err());
    }

    @Test
    void greedyTextIsTheSameWithADraftInAllModes() {
        String plain = CommandRun.of("generate", "-m", files.model(), "-p", "Hello there", "-n", "24", "--raw")
                .out();
        for (String mode : List.of("plain", "chain", "tree", "static")) {
            CommandRun run = CommandRun.of(
                    "generate",
                    "-m",
                    files.model(),
                    "-d",
                    files.draft(),
                    "-p",
                    "Hello there",
                    "-n",
                    "24",
                    "--raw",
                    "--mode",
                    mode,
                    "--tree",
                    "12/3/4");
            assertEquals(0, run.code(), run.err());
            assertEquals(plain, run.out(), mode);
        }
    }

    @Test
    void evalPrintsATableAndWritesTheRows() throws IOException {
        Path json = folder.resolve("rows.json");
        CommandRun run = CommandRun.of(
                "eval",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--prompts",
                files.prompts(),
                "--temp",
                "0,1",
                "-n",
                "12",
                "--limit",
                "2",
                "--tree",
                "12/3/4",
                "--chain",
                "3",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(1 + 2 * 3, run.out().lines().count(), run.out());
        JsonNode rows = new ObjectMapper().readTree(json.toFile());
        assertEquals(6, rows.size());
        Set<String> methods = new HashSet<>();
        for (JsonNode row : rows) {
            List<String> names = new ArrayList<>();
            row.fieldNames().forEachRemaining(names::add);
            assertEquals(
                    List.of(
                            "draft",
                            "mode",
                            "policy",
                            "temperature",
                            "dataset",
                            "prompts",
                            "tau",
                            "tau_ci95",
                            "tokens_per_second",
                            "speedup"),
                    names);
            assertEquals("questions", row.path("dataset").asText());
            assertEquals(2, row.path("prompts").asInt());
            assertTrue(row.path("tau").asDouble() >= 1, row.toString());
            assertTrue(row.path("tau_ci95").get(0).asDouble() <= row.path("tau").asDouble(), row.toString());
            assertTrue(row.path("tau_ci95").get(1).asDouble() >= row.path("tau").asDouble(), row.toString());
            methods.add(row.path("draft").asText() + " " + row.path("mode").asText() + " "
                    + row.path("temperature").asInt());
        }
        assertEquals(
                Set.of(
                        "none plain 0",
                        "random chain 0",
                        "random tree 0",
                        "none plain 1",
                        "random chain 1",
                        "random tree 1"),
                methods);
        assertEquals(1.0, rows.get(0).path("speedup").asDouble());
    }

    @Test
    void profileShowsWhereTheTimeGoes() throws IOException {
        Path json = folder.resolve("profile.json");
        CommandRun run = CommandRun.of(
                "profile",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--threads",
                "1",
                "--prompts",
                files.prompts(),
                "-n",
                "12",
                "--limit",
                "2",
                "--tree",
                "12/3/4",
                "--mode",
                "plain,tree",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("llama_decode") && run.out().contains("trees in Java"), run.out());
        JsonNode profiles = new ObjectMapper().readTree(json.toFile()).path("profiles");
        assertEquals(2, profiles.size());
        for (JsonNode profile : profiles) {
            JsonNode parts = profile.path("parts");
            double all = parts.path("llama_decode").path("share").asDouble()
                    + parts.path("draft products").path("share").asDouble()
                    + parts.path("own").path("share").asDouble();
            assertEquals(1, all, 1e-9, profile.toString());
            assertEquals(
                    profile.path("mode").asText().equals("tree"),
                    parts.path("draft products").path("share").asDouble() > 0);
            assertTrue(
                    profile.path("tau").asDouble() >= 1
                            && profile.path("cycle_ms").path("median").asDouble() > 0,
                    profile.toString());
        }
    }

    @Test
    void regenerateTrainAndExportInTurn() throws IOException {
        String corpus = folder.resolve("corpus").toString();
        CommandRun answers = CommandRun.of(
                "regenerate",
                "-m",
                files.model(),
                "--prompts",
                files.prompts(),
                "--out",
                corpus,
                "-n",
                "40",
                "--slots",
                "3");
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
        assertTrue(Files.readString(page).contains("<td>phase</td><td>1</td><td>2</td>"), "settings that differ");
        mistake("config.json", "report", corpus, "--html", page.toString());
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
    }

    @Test
    void simulatePrintsTauAndTheGrid() throws IOException {
        String corpus = folder.resolve("simulated").toString();
        assertEquals(
                0,
                CommandRun.of(
                                "regenerate",
                                "-m",
                                files.model(),
                                "--prompts",
                                files.prompts(),
                                "--out",
                                corpus,
                                "-n",
                                "40",
                                "--slots",
                                "3")
                        .code());
        Path json = folder.resolve("simulated.json");
        CommandRun run = CommandRun.of(
                "simulate",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--corpus",
                corpus,
                "--mode",
                "chain,tree,cost-aware",
                "--tree",
                "12/3/4,5/2/2",
                "--chain",
                "3",
                "--grid",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(
                run.out().contains("chain 3")
                        && run.out().contains("tree 12/3/4")
                        && run.out().contains("tree 5/2/2")
                        && run.out().contains("cost-aware"),
                run.out());
        assertTrue(
                run.out().contains("tau by depth and nodes")
                        && run.out().lines().reduce((a, b) -> b).orElseThrow().startsWith("best"),
                run.out());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        assertEquals(4, result.path("rows").size());
        assertTrue(result.path("rows").get(0).path("tau").asDouble() >= 1, result.toString());
        assertEquals("greedy", result.path("rows").get(0).path("texts_of").asText());
        assertEquals(8 * 63, result.path("grids").get(0).path("cells").size());
    }

    @Test
    void gradientsSayWhereTheTermsPull() throws IOException {
        String corpus = folder.resolve("pulling").toString();
        assertEquals(
                0,
                CommandRun.of(
                                "regenerate",
                                "-m",
                                files.model(),
                                "--prompts",
                                files.prompts(),
                                "--out",
                                corpus,
                                "-n",
                                "40",
                                "--slots",
                                "3")
                        .code());
        assertEquals(
                0,
                CommandRun.of(
                                "train",
                                "-m",
                                files.model(),
                                "--corpus",
                                corpus,
                                "--phase",
                                "1",
                                "--out",
                                folder.resolve("start").toString(),
                                "--steps",
                                "30",
                                "--draft-vocab",
                                "64",
                                "--lr",
                                "1e-2")
                        .code());
        String start = folder.resolve("start/draft.gguf").toString();
        String moved = folder.resolve("moved.gguf").toString();
        try (TargetModel target = TargetModel.open(Path.of(files.model()));
                DraftModel draft = DraftModel.load(target, Path.of(start))) {
            Random random = new Random(1);
            for (String name : draft.tensorNames()) {
                float[] values = draft.tensor(name);
                for (int i = 0; i < values.length; i++) {
                    values[i] *= 1 + 0.5f * (float) random.nextGaussian();
                }
                draft.setTensor(name, values);
            }
            draft.save(Path.of(moved), DraftFileType.F32);
        }
        Path json = folder.resolve("gradients.json");
        CommandRun run = CommandRun.of(
                "gradients",
                "-m",
                files.model(),
                "-d",
                moved,
                "--reference",
                start,
                "--corpus",
                corpus,
                "--tree",
                "12/3/4",
                "--group-size",
                "4",
                "--json",
                json.toString());
        assertEquals(0, run.code(), run.err());
        assertEquals(4, run.out().lines().count(), run.out());
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        assertTrue(
                figures.path("drift").asDouble() > 0.1
                        && figures.path("policy").path("texts").asInt() >= 2,
                figures.toString());
        CommandRun same =
                CommandRun.of("gradients", "-m", files.model(), "-d", moved, "--reference", moved, "--corpus", corpus);
        assertEquals(1, same.code());
        assertTrue(same.err().contains("found the draft's own weights"), same.err());
    }

    /** Answers of others can't be replayed: training on them goes on without validation. */
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
                "random");
        assertEquals(0, run.code(), run.err());
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

    @Test
    void infoShowsTheTarget() {
        CommandRun info = CommandRun.of("info", files.model());
        assertEquals(0, info.code(), info.err());
        assertTrue(info.out().contains("architecture    llama"), info.out());
        assertTrue(info.out().contains("layers          6 of width 32"), info.out());
    }

    @Test
    void mistakesAreOneLineThatNamesTheFile() throws IOException {
        Path missing = folder.resolve("none.gguf");
        Path cut = folder.resolve("cut.gguf");
        byte[] whole = Files.readAllBytes(Path.of(files.model()));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        String other = TinyModels.target("--type", "F32", "--embd", "48", "--heads", "4")
                .toString();
        mistake(missing.toString(), "generate", "-m", missing.toString(), "-p", "x");
        mistake(cut.toString(), "generate", "-m", cut.toString(), "-p", "x");
        mistake(files.draft(), "generate", "-m", files.draft(), "-p", "x");
        mistake(files.draft(), "generate", "-m", other, "-d", files.draft(), "-p", "x");
        mistake(files.model(), "generate", "-m", files.model(), "-d", files.model(), "-p", "x");
        mistake(
                "2",
                "eval",
                "-m",
                files.model(),
                "--prompts",
                Files.writeString(
                                folder.resolve("long.jsonl"),
                                "{\"id\":1,\"prompt\":\"x\"}\n{\"id\":2,\"prompt\":\"" + "word ".repeat(1000) + "\"}\n")
                        .toString());
        mistake(
                folder.resolve("questions.jsonl").toString(),
                "train",
                "-m",
                files.model(),
                "--prompts",
                files.prompts(),
                "--phase",
                "1",
                "--out",
                files.prompts());
        mistake(
                "questions.jsonl",
                "export",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--out",
                folder.resolve("questions.jsonl").resolve("x.gguf").toString());
    }

    @Test
    void foldersThatCantBeWrittenAreNamed() {
        // A file and a kernel's folder: no permission of any user helps.
        for (String nowhere : List.of(files.prompts(), "/proc")) {
            String out = Path.of(nowhere, "out").toString();
            mistake(out, "regenerate", "-m", files.model(), "--prompts", files.prompts(), "--out", out);
            mistake(out, "train", "-m", files.model(), "--prompts", files.prompts(), "--phase", "1", "--out", out);
            mistake(out, "quickstart", "--model", files.model(), "--dir", out, "--minutes", "1");
            mistake(out, "export", "-m", files.model(), "-d", files.draft(), "--out", out + "/x.gguf");
            mistake(out, "eval", "-m", files.model(), "--prompts", files.prompts(), "--json", out + "/rows.json");
        }
        mistake(
                folder.toString(),
                "eval",
                "-m",
                files.model(),
                "--prompts",
                files.prompts(),
                "--json",
                folder.toString());
    }

    private static void mistake(String named, String... args) {
        CommandRun run = CommandRun.of(args);
        assertEquals(1, run.code(), run.err());
        List<String> lines =
                run.err().lines().filter(line -> line.startsWith("gto4j: ")).toList();
        assertEquals(1, lines.size(), run.err());
        assertTrue(lines.get(0).contains(named), lines.get(0));
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
