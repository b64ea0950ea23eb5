package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a foreign file to a trained draft, and what 'corpus' shows of it on the way. */
class CorpusCommandTest {
    @TempDir
    Path folder;

    private final String model = TinyModels.target("--type", "F32").toString();

    @Test
    void keptAnswersWithoutFeaturesAreShownAndTrained() throws IOException {
        String kept = folder.resolve("kept").toString();
        String texts = Files.writeString(folder.resolve("sharegpt.jsonl"), """
            {"id": "a", "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "hello there"}, {"from": "human", "value": "bye"}, {"from": "gpt", "value": "ciao"}]}
            {"id": "b", "conversations": [{"from": "alien", "value": "hi"}]}
            {"id": "c", "text": "once upon a time"}
            """).toString();
        String[] regenerate = {
            "regenerate", "-m", model, "--prompts", texts, "--out", kept, "--keep-answers", "--no-features"
        };
        CommandRun broken = CommandRun.of(regenerate);
        assertEquals(1, broken.code());
        assertTrue(broken.err().contains("sharegpt.jsonl line 2: expected a role"), broken.err());
        String[] skipping = Arrays.copyOf(regenerate, regenerate.length + 2);
        skipping[regenerate.length] = "--on-broken-line";
        skipping[regenerate.length + 1] = "skip";
        CommandRun read = CommandRun.of(skipping);
        assertEquals(0, read.code(), read.err());
        assertTrue(
                read.err().contains("1 of 3 lines are broken")
                        && read.err().contains("no features are kept")
                        && read.err().contains("2 of 2 prompts"),
                read.err());
        String expected =
                "<|im_start|>assistant\n[[hello there<|im_end|>]]\n<|im_start|>user\nbye<|im_end|>\n<|im_start|>assistant\n[[ciao<|im_end|>]]\n";
        CommandRun shown = CommandRun.of("corpus", "show", kept, "-m", model, "--id", "a");
        assertEquals(0, shown.code(), shown.err());
        assertTrue(shown.out().contains("== a: kept as it was, ") && shown.out().contains(expected), shown.out());
        String good = Files.writeString(
                        folder.resolve("good.jsonl"),
                        Files.readString(Path.of(texts)).replace("alien", "human"))
                .toString();
        CommandRun file = CommandRun.of("corpus", "show", good, "-m", model, "--sample", "9");
        assertTrue(
                file.out().contains(expected)
                        && file.out().contains("== b: a prompt, ")
                        && file.out().contains("[[once upon a time]]"),
                file.out() + file.err());
        assertTrue(CommandRun.of("corpus", "show", kept, "-m", model, "--color", "always")
                .out()
                .contains("\u001B[32mciao<|im_end|>\u001B[0m"));
        CommandRun info = CommandRun.of("corpus", "info", kept);
        assertEquals(0, info.code(), info.err());
        assertTrue(
                info.out().contains("texts     2 (0 written by the target, 2 kept as they were)")
                        && info.out().contains("no features"),
                info.out());
        assertTrue(info.out().contains("2048") && info.out().contains("100.00%"), info.out());
        CommandRun train = CommandRun.of(
                "train",
                "-m",
                model,
                "--corpus",
                kept,
                "--phase",
                "1",
                "--out",
                folder.resolve("online").toString(),
                "--steps",
                "1",
                "--draft-vocab",
                "64",
                "--init",
                "random");
        assertEquals(0, train.code(), train.err());
        assertTrue(
                train.err()
                        .contains(
                                "draft vocabulary: 64 tokens, 100.0% of the corpus's response tokens; counted on half of its texts, "),
                train.err());
    }
}
