package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code profile} on a tiny random target. */
class ProfileCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
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
}
