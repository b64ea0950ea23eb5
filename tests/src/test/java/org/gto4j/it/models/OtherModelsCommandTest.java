package org.gto4j.it.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.it.cli.CommandRun;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What commands say of models that drafts can start from in part, and of those that can't have any: before they start,
 * not after hours.
 */
class OtherModelsCommandTest {
    private static final String PARTLY =
            "a new draft starts from the target's attention, output norm and head; its feed-forward is random";

    @TempDir
    private Path folder;

    private String prompts() throws IOException {
        return Files.writeString(
                        folder.resolve("prompts.jsonl"),
                        "{\"prompt\": \"What is a tree?\"}\n{\"prompt\": \"And a leaf?\"}\n")
                .toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3moe", "gpt-oss"})
    void aMixtureOfExpertsGivesADraftAllButTheFeedForward(String architecture) throws IOException {
        String model =
                TinyModels.target("--arch", architecture, "--layers", "4").toString();
        CommandRun info = CommandRun.of("info", model);
        assertTrue(info.out().contains("drafts          can be trained and used; " + PARTLY), info.out());
        CommandRun plan = CommandRun.of("plan", "-m", model);
        assertTrue(plan.out().contains(PARTLY), plan.out() + plan.err());
        String run = folder.resolve("run").toString();
        CommandRun train = CommandRun.of(
                "train",
                "-m",
                model,
                "--prompts",
                prompts(),
                "--phase",
                "1",
                "--steps",
                "2",
                "--validation",
                "0",
                "--out",
                run);
        assertEquals(0, train.code(), train.err());
        assertTrue(
                train.err().indexOf(PARTLY) >= 0
                        && train.err().indexOf(PARTLY) < train.err().indexOf("response tokens"),
                train.err());
        assertTrue(Files.exists(Path.of(run, "draft.gguf")));
    }

    @Test
    void fusedTensorsGiveAll() {
        String model = TinyModels.target("--arch", "phi3").toString();
        CommandRun info = CommandRun.of("info", model);
        assertTrue(
                info.out()
                        .contains(
                                "drafts          can be trained and used; a new draft starts from the target's attention, feed-forward, output norm and head\n"),
                info.out());
    }

    /** Its head has a bias, so that the hidden state alone doesn't say what the model says. */
    @Test
    void whereNoDraftIsPossibleEachCommandSaysSoAtOnce() throws IOException {
        String model = TinyModels.target("--arch", "phi2").toString();
        String out = folder.resolve("out").toString();
        CommandRun info = CommandRun.of("info", model);
        assertEquals(0, info.code(), info.err());
        assertTrue(info.out().contains("drafts          not possible: " + model), info.out());
        String[][] commands = {
            {"plan", "-m", model},
            {"regenerate", "-m", model, "--prompts", prompts(), "--out", out},
            {"train", "-m", model, "--prompts", prompts(), "--phase", "1", "--steps", "1", "--out", out},
            {"quickstart", "--model", model, "--minutes", "0.2", "--dir", out}
        };
        for (String[] command : commands) {
            CommandRun refused = CommandRun.of(command);
            assertEquals(1, refused.code(), command[0] + ": " + refused.err());
            assertTrue(
                    refused.err().contains(model + ": no draft can be made for architecture phi2"),
                    command[0] + ": " + refused.err());
            assertFalse(
                    Files.exists(Path.of(out, "corpus.jsonl")) || Files.exists(Path.of(out, "corpus")),
                    command[0] + " has written answers");
        }
    }

    @Test
    void partsOfAModelAreAsGoodAsOneFile() throws IOException {
        Path first = folder.resolve("tiny-00001-of-00002.gguf");
        TinyModels.write(first, "--arch", "qwen3moe", "--layers", "4", "--parts", "2");
        CommandRun train = CommandRun.of(
                "train",
                "-m",
                first.toString(),
                "--prompts",
                prompts(),
                "--phase",
                "1",
                "--steps",
                "2",
                "--validation",
                "0",
                "--out",
                folder.resolve("run").toString());
        assertEquals(0, train.code(), train.err());
        CommandRun middle =
                CommandRun.of("info", folder.resolve("tiny-00002-of-00002.gguf").toString());
        assertEquals(1, middle.code());
        assertTrue(middle.err().contains("give the first part, " + first), middle.err());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 0x03000000, 0x02000000, 0})
    void otherVersionsAreNamed(int version) throws IOException {
        byte[] bytes = Files.readAllBytes(TinyModels.target());
        for (int i = 0; i < 4; i++) {
            bytes[4 + i] = (byte) (version >> 8 * i);
        }
        String file = Files.write(folder.resolve("other.gguf"), bytes).toString();
        String expected = version == 0x03000000 || version == 0x02000000 ? "big-endian" : "version " + version;
        CommandRun info = CommandRun.of("info", file);
        assertEquals(1, info.code());
        assertTrue(info.err().contains(file) && info.err().contains(expected), info.err());
        CommandRun generate = CommandRun.of("generate", "-m", file, "-p", "a");
        assertEquals(1, generate.code());
        assertTrue(generate.err().contains(file) && generate.err().contains(expected), generate.err());
    }

    @Test
    void aHeaderThatIsCutIsNamed() throws IOException {
        String file = Files.write(folder.resolve("cut.gguf"), "GGUF".getBytes(StandardCharsets.UTF_8))
                .toString();
        CommandRun generate = CommandRun.of("generate", "-m", file, "-p", "a");
        assertTrue(generate.err().contains(file) && generate.err().contains("truncated"), generate.err());
    }
}
