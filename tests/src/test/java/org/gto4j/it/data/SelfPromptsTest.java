package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptFile;
import org.gto4j.data.SelfPromptOptions;
import org.gto4j.data.SelfPrompts;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A random target writes mostly junk, so that this tests the machinery: slots, ends, the limit of attempts, the file.
 */
class SelfPromptsTest {
    @TempDir
    Path folder;

    @Test
    void junkTargetsEndAtTheLimitOfAttemptsAndFilesGoOn() throws IOException {
        Path file = folder.resolve("self.jsonl");
        Files.writeString(file, """
            {"id":"self-5","category":"self","prompt":"What is the tallest mountain in the world?","attempt":5}
            {"id":"self-9","category":"self","prompt":"Name a river that flows through Vienna.","attempt":9}
            {"id":"self-1""");
        try (TargetModel target = TinyModels.open("--type", "F32")) {
            SelfPromptOptions options =
                    new SelfPromptOptions(6, 8, 30, SelfPromptOptions.of(6, 3).sampler(), null);
            List<Prompt> prompts = SelfPrompts.write(
                            target, file, options, count -> assertTrue(count >= 2 && count <= 6))
                    .prompts();
            assertEquals(
                    "What is the tallest mountain in the world?",
                    prompts.get(0).turns().get(0));
            assertEquals(prompts, PromptFile.read(file));
            assertEquals(prompts.size(), new HashSet<>(prompts).size());
            List<Prompt> same = SelfPrompts.write(target, file, SelfPromptOptions.of(2, 3), count -> {})
                    .prompts();
            assertEquals(prompts.subList(0, 2), same);
            assertEquals(
                    prompts,
                    SelfPrompts.write(
                                    target,
                                    file,
                                    SelfPromptOptions.of(500, 3)
                                            .until(Instant.now().minusSeconds(1)),
                                    count -> {})
                            .prompts());
        }
    }

    @Test
    void aTargetWithoutTemplateIsRefused() {
        Path file = TinyModels.target("--type", "F32", "--no-template");
        try (TargetModel target = TinyModels.open(file)) {
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> SelfPrompts.write(
                            target, folder.resolve("x.jsonl"), SelfPromptOptions.of(2, 1), count -> {}));
            assertEquals(GtoException.Kind.FORMAT, e.kind());
            assertTrue(e.getMessage().contains(file.getFileName().toString()), e.getMessage());
        }
    }
}
