package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code gradients} on a tiny random target. */
class GradientsCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void gradientsSayWhereTheTermsPull() throws IOException {
        String corpus = folder.resolve("pulling").toString();
        assertEquals(0, files.answered(corpus).code());
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
}
