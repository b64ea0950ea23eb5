package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.data.CorpusSplit;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Corpora of which nothing would be trained are refused before anything is written. */
class NothingToTrainTest {
    private static final String MODEL = TinyModels.target("--type", "F32").toString();

    @TempDir
    Path folder;

    private String corpus() {
        return folder.resolve("corpus").toString();
    }

    private void keep(String... lines) throws IOException {
        Path texts = Files.writeString(folder.resolve("texts.jsonl"), String.join("\n", lines) + "\n");
        CommandRun kept = CommandRun.of(
                "regenerate", "-m", MODEL, "--prompts", texts.toString(), "--out", corpus(), "--keep-answers");
        assertEquals(0, kept.code(), kept.err());
    }

    private CommandRun train(String... more) {
        String[] command = {
            "train",
            "-m",
            MODEL,
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
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        return CommandRun.of(all);
    }

    private void refused(CommandRun run, String words) {
        assertEquals(1, run.code(), run.err());
        assertTrue(run.err().contains(corpus()) && run.err().contains(words), run.err());
        assertFalse(Files.exists(folder.resolve("run")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"input_ids\":[5,6]}",
                "{\"input_ids\":[5,6,7,8],\"loss_mask\":[1,1,0,0]}",
                "{\"input_ids\":[5,6]}\n{\"input_ids\":[7,8]}\n{\"input_ids\":[9,5]}"
            })
    void aCorpusWithoutATokenToTrainIsRefused(String lines) throws IOException {
        keep(lines.split("\n"));
        refused(train(), "expected at least one token to train");
    }

    @Test
    void whatValidationHoldsBackIsNotTrained() throws IOException {
        List<String> byPlace = IntStream.range(0, 200)
                .mapToObj(i -> "t" + i)
                .sorted(Comparator.comparingDouble(CorpusSplit::place))
                .toList();
        String held = byPlace.get(0);
        List<String> lines = new ArrayList<>(List.of("{\"id\":\"" + held + "\",\"input_ids\":[5,6,7,8,9]}"));
        byPlace.subList(150, 190).forEach(id -> lines.add("{\"id\":\"" + id + "\",\"input_ids\":[5,6]}"));
        keep(lines.toArray(String[]::new));
        refused(train("--validation", "0.1"), "held back for validation");
        CommandRun whole = train("--validation", "0");
        assertEquals(0, whole.code(), whole.err());
        assertFalse(whole.out().contains(" 0 tokens"), whole.out());
    }

    @Test
    void anEmptyOrMissingCorpusIsRefusedAndNotMade() throws IOException {
        CommandRun missing = train();
        refused(missing, "expected a corpus");
        assertFalse(Files.exists(folder.resolve("corpus")));
        for (String[] command : new String[][] {
            {"simulate", "-d", "x.gguf"},
            {"diagnose", "-d", "x.gguf"},
            {"rewards", "-d", "x.gguf", "--reference", "x.gguf"},
            {"gradients", "-d", "x.gguf", "--reference", "x.gguf"}
        }) {
            String[] all = Arrays.copyOf(command, command.length + 4);
            System.arraycopy(new String[] {"-m", MODEL, "--corpus", corpus()}, 0, all, command.length, 4);
            assertFalse(CommandRun.of(all).code() == 0);
            assertFalse(Files.exists(folder.resolve("corpus")), command[0]);
        }
    }
}
