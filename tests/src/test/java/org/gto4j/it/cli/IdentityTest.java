package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is resumed is compared by content: prompts, texts, models, corpora and drafts, whatever they are called. */
class IdentityTest {
    private static final String MODEL = TinyModels.target("--type", "F32").toString();

    @TempDir
    Path folder;

    private String file(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines) + "\n").toString();
    }

    private String corpus() {
        return folder.resolve("corpus").toString();
    }

    private CommandRun regenerate(String prompts, String... more) {
        return regenerateWith(MODEL, prompts, more);
    }

    private CommandRun regenerateWith(String model, String prompts, String... more) {
        List<String> command = new ArrayList<>(
                List.of("regenerate", "-m", model, "--prompts", prompts, "--out", corpus(), "-n", "12"));
        for (String option : more) {
            if (option.equals("-n")) {
                command.subList(7, 9).clear();
            }
        }
        command.addAll(List.of(more));
        return CommandRun.of(command.toArray(String[]::new));
    }

    /** Runs the command, which must fail, say all of these, and leave the corpus as it is. */
    private void refused(CommandRun run, byte[] before, String... words) throws IOException {
        assertEquals(1, run.code(), run.err());
        for (String word : words) {
            assertTrue(run.err().contains(word), run.err());
        }
        assertFalse(run.err().contains("internal error"), run.err());
        assertEquals(new String(before), new String(lines()));
    }

    private byte[] lines() throws IOException {
        return Files.readAllBytes(folder.resolve("corpus/corpus.jsonl"));
    }

    private void good(CommandRun run) {
        assertEquals(0, run.code(), run.err());
    }

    @Test
    void anotherFileOfTheSameNameIsRefused() throws IOException {
        good(regenerate(file("a/questions.jsonl", "{\"prompt\":\"alpha\"}", "{\"prompt\":\"beta\"}")));
        byte[] before = lines();
        refused(
                regenerate(file("b/questions.jsonl", "{\"prompt\":\"gamma\"}", "{\"prompt\":\"delta\"}")),
                before,
                "questions.jsonl line 1",
                "questions-1",
                corpus(),
                "made from another prompt");
        // The first line is the same, the second isn't; and a line put before the others moves them all.
        refused(
                regenerate(file("c/questions.jsonl", "{\"prompt\":\"alpha\"}", "{\"prompt\":\"betb\"}")),
                before,
                "questions-2");
        refused(
                regenerate(file(
                        "d/questions.jsonl",
                        "{\"prompt\":\"new\"}",
                        "{\"prompt\":\"alpha\"}",
                        "{\"prompt\":\"beta\"}")),
                before,
                "questions-1");
        good(regenerate(file(
                "e/questions.jsonl", "{\"prompt\":\"alpha\"}", "{\"prompt\":\"beta\"}", "{\"prompt\":\"gamma\"}")));
        assertTrue(new String(lines()).startsWith(new String(before)) && new String(lines()).contains("questions-3"));
        good(regenerate(file("f/others.jsonl", "{\"prompt\":\"gamma\"}")));
    }

    @Test
    void anIdOfAnotherPromptIsRefused() throws IOException {
        good(regenerate(file(
                "first.jsonl", "{\"id\":\"x\",\"prompt\":\"alpha\"}", "{\"id\":\"y\",\"turns\":[\"one\",\"two\"]}")));
        byte[] before = lines();
        refused(
                regenerate(file(
                        "second.jsonl", "{\"id\":\"z\",\"prompt\":\"new\"}", "{\"id\":\"x\",\"prompt\":\"Alpha\"}")),
                before,
                "second.jsonl line 2",
                "'x'");
        refused(
                regenerate(file("third.jsonl", "{\"id\":\"x\",\"system\":\"be brief\",\"prompt\":\"alpha\"}")),
                before,
                "'x'");
        refused(regenerate(file("fourth.jsonl", "{\"id\":\"y\",\"turns\":[\"two\",\"one\"]}")), before, "'y'");
        refused(
                regenerate(
                        file(
                                "fifth.jsonl",
                                "{\"id\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"alpha\"},{\"role\":\"assistant\",\"content\":\"hello there\"}]}"),
                        "--keep-answers"),
                before,
                "'x'");
        refused(
                regenerate(file(
                        "sixth.jsonl", "{\"id\":\"q\",\"turns\":[\"a\",\"b\"]}", "{\"id\":\"q#2\",\"prompt\":\"c\"}")),
                before,
                "'q#2'");
        good(regenerate(file("seventh.jsonl", "{\"id\":\"x\",\"prompt\":\"alpha\"}")));
        assertEquals(new String(before), new String(lines()), "the same prompt isn't answered again");
    }

    @Test
    void anAnswerOfOtherSettingsIsRefused() throws IOException {
        String prompts = file("questions.jsonl", "{\"prompt\":\"alpha\"}");
        good(regenerate(prompts, "--temp", "0.7", "--seed", "3"));
        byte[] before = lines();
        refused(regenerate(prompts), before, "temperature 0.7, seed 3", "greedy");
        refused(regenerate(prompts, "--temp", "0.7", "--seed", "4"), before, "seed 3", "seed 4");
        refused(regenerate(prompts, "--temp", "0.8", "--seed", "3"), before, "temperature 0.7", "temperature 0.8");
        refused(
                regenerate(prompts, "--temp", "0.7", "--seed", "3", "-n", "13"),
                before,
                "at most 12 tokens",
                "at most 13 tokens");
        refused(
                regenerate(prompts, "--temp", "0.7", "--seed", "3", "--reasoning", "drop"),
                before,
                "reasoning kept",
                "reasoning dropped");
        good(regenerate(prompts, "--temp", "0.7", "--seed", "3", "--slots", "2"));
    }

    @Test
    void aKeptTextIsComparedByItsContent() throws IOException {
        good(regenerate(
                file("a/texts.jsonl", "{\"text\":\"the first text\"}", "{\"input_ids\":[5,6,7,8]}"), "--keep-answers"));
        byte[] before = lines();
        refused(regenerate(file("b/texts.jsonl", "{\"text\":\"another text\"}"), "--keep-answers"), before, "texts-1");
        refused(
                regenerate(
                        file("c/texts.jsonl", "{\"text\":\"the first text\"}", "{\"input_ids\":[5,6,7,9]}"),
                        "--keep-answers"),
                before,
                "texts.jsonl line 2",
                "texts-2");
        refused(
                regenerate(
                        file(
                                "d/texts.jsonl",
                                "{\"text\":\"the first text\"}",
                                "{\"input_ids\":[5,6,7,8],\"loss_mask\":[0,0,1,1]}"),
                        "--keep-answers"),
                before,
                "texts-2");
        refused(
                regenerate(
                        file("e/texts.jsonl", "{\"text\":\"the first text\"}"),
                        "--keep-answers",
                        "--max-prompt",
                        "2",
                        "-n",
                        "2"),
                before,
                "texts-1");
        good(regenerate(
                file("f/texts.jsonl", "{\"text\":\"the first text\"}", "{\"input_ids\":[5,6,7,8]}"), "--keep-answers"));
        assertEquals(new String(before), new String(lines()));
    }

    /** A corpus of older versions knows neither its prompts nor the whole model. */
    @Test
    void anOlderCorpusGoesOn() throws IOException {
        String prompts = file("questions.jsonl", "{\"prompt\":\"alpha\"}");
        good(regenerate(prompts));
        Path header = folder.resolve("corpus/corpus.json");
        Files.writeString(header, Files.readString(header).replaceAll("\\s*\"target_file_sha256\" : \"\\w+\",", ""));
        assertFalse(Files.readString(header).contains("target_file"));
        Files.writeString(
                folder.resolve("corpus/corpus.jsonl"),
                new String(lines()).replaceAll("\"source\":\"[^\"]*\",\"settings\":\"[^\"]*\",", ""));
        byte[] before = lines();
        assertFalse(new String(before).contains("source"));
        refused(
                regenerate(file("b/questions.jsonl", "{\"prompt\":\"gamma\"}")),
                before,
                "questions-1",
                "whose prompt has other tokens");
        good(regenerate(file("c/questions.jsonl", "{\"prompt\":\"alpha\"}", "{\"prompt\":\"beta\"}")));
        assertTrue(new String(lines()).startsWith(new String(before)));
        assertTrue(new String(lines()).substring(before.length).contains("source"));
    }

    /**
     * A copy of the target, larger than the two MiB that older versions looked at, in which some weight in the middle
     * is another one.
     */
    private static Path changed(Path model, Path copy) throws IOException {
        Files.copy(model, copy);
        try (RandomAccessFile bytes = new RandomAccessFile(copy.toFile(), "rw")) {
            assertTrue(bytes.length() > 3 << 20, "too small to have a middle: " + bytes.length());
            bytes.seek(bytes.length() / 2);
            int old = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(old ^ 1);
        }
        Files.setLastModifiedTime(copy, Files.getLastModifiedTime(model));
        return copy;
    }

    @Test
    void aChangeInTheMiddleOfTheModelIsNoticed() throws IOException {
        Path large = TinyModels.target("--type", "F32", "--embd", "256");
        Path model = Files.copy(large, folder.resolve("model.gguf"));
        String prompts = file("questions.jsonl", "{\"prompt\":\"alpha\"}", "{\"prompt\":\"beta\"}");
        good(regenerateWith(model.toString(), prompts));
        byte[] before = lines();
        String[] train = {
            "train",
            "-m",
            model.toString(),
            "--corpus",
            corpus(),
            "--phase",
            "1",
            "--out",
            folder.resolve("run").toString(),
            "--steps",
            "2",
            "--draft-vocab",
            "64"
        };
        Path other = changed(model, folder.resolve("other.gguf"));
        Files.delete(model);
        Files.move(other, model);
        refused(regenerateWith(model.toString(), prompts), before, "this corpus was written by the target model.gguf");
        CommandRun refused = CommandRun.of(train);
        assertEquals(1, refused.code());
        assertTrue(refused.err().contains("this corpus was written by the target model.gguf"), refused.err());
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @Test
    void aRunGoesOnWithItsOwnCorpusAndSettingsOnly() throws IOException {
        String one =
                file("questions.jsonl", "{\"prompt\":\"alpha\"}", "{\"prompt\":\"beta\"}", "{\"prompt\":\"gamma\"}");
        good(regenerate(one));
        Path run = folder.resolve("run");
        List<String> train = List.of(
                "train",
                "-m",
                MODEL,
                "--corpus",
                corpus(),
                "--phase",
                "1",
                "--out",
                run.toString(),
                "--steps",
                "2",
                "--draft-vocab",
                "64");
        good(CommandRun.of(train.toArray(String[]::new)));
        good(CommandRun.of(train.toArray(String[]::new)));
        List<String> larger = new ArrayList<>(train);
        larger.set(larger.size() - 1, "65");
        CommandRun other = CommandRun.of(larger.toArray(String[]::new));
        assertNotEquals(0, other.code());
        assertTrue(other.err().contains("vocabulary: expected 64, found 65"), other.err());
        // As many texts as before, under the same ids.
        Files.move(folder.resolve("corpus"), folder.resolve("moved"));
        good(regenerate(file(
                "b/questions.jsonl", "{\"prompt\":\"delta\"}", "{\"prompt\":\"epsilon\"}", "{\"prompt\":\"zeta\"}")));
        CommandRun refused = CommandRun.of(train.toArray(String[]::new));
        assertEquals(1, refused.code(), refused.err());
        assertTrue(
                refused.err().contains("expected the corpus that its run was started with")
                        && refused.err().contains(run.toString()),
                refused.err());
    }
}
