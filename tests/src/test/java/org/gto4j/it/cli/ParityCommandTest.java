package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parity} on a tiny random target. */
class ParityCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WAYS = 6;

    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.letters(folder);
    }

    private static CommandRun parity(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "parity",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--prompts",
                files.prompts(),
                "--threads",
                "1",
                "-n",
                "40",
                "--cache-type",
                "F32",
                "--tree",
                "12/3/4"));
        args.addAll(List.of(more));
        if (!args.contains("--tie")) {
            args.addAll(List.of("--tie", "0"));
        }
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void anotherDevicesTextsDifferAtNearTiesAlone() throws IOException {
        Path json = folder.resolve("against.json");
        CommandRun run = parity("--mode", "plain", "--against", "CPU", "--tie", "1e-3", "--json", json.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("compared with CPU"), run.out());
        JsonNode result = JSON.readTree(json.toFile());
        assertEquals("CPU", result.path("against").asText());
        assertEquals(3, result.path("texts").asInt());
        assertTrue(result.path("widest_gap").asDouble() <= 1e-3, result.toPrettyString());
    }

    @Test
    void allWaysGiveTheTextOfTheBareLoop() throws IOException {
        Path json = folder.resolve("parity.json");
        CommandRun run = parity("--json", json.toString());
        assertEquals(0, run.code(), run.err());
        JsonNode result = JSON.readTree(json.toFile());
        assertEquals(3 * WAYS, result.path("texts").asInt());
        assertEquals(0, result.path("differing").asInt());
        assertTrue(result.path("tokens").asInt() > 3 * WAYS, run.out());
        assertEquals(WAYS, result.path("ways").size());
        assertTrue(run.out().contains("static 4/3-2-2-1/3-2-2-1/3/2 random"), run.out());
        assertTrue(run.out().contains("identical: " + 3 * WAYS + " of " + 3 * WAYS + " texts"), run.out());
        assertTrue(run.out().strip().endsWith(": all identical"), run.out());
        assertEquals("static", result.path("ways").get(4).path("mode").asText(), result.toPrettyString());
        assertTrue(
                result.path("device").isTextual() && result.path("temperature").asDouble() == 0 && !result.has("seed"),
                result.toPrettyString());
    }

    @Test
    void sampledTextsOfBatchesAreThoseOfTheBareLoop() throws IOException {
        Path json = folder.resolve("sampled.json");
        Path log = folder.resolve("sampled.jsonl");
        List<String> args =
                List.of("--slots", "1,2", "--temp", "1", "--json", json.toString(), "--log", log.toString());
        CommandRun run = parity(
                Stream.concat(args.stream(), Stream.of("--seed", "4294967295")).toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        JsonNode result = JSON.readTree(json.toFile());
        assertEquals(2 * 3 * WAYS, result.path("identical").asInt(), run.out());
        assertEquals(2 * WAYS, result.path("ways").size());
        assertEquals(1, result.path("temperature").asDouble());
        assertEquals(4294967295L, result.path("seed").asLong());
        assertTrue(run.out().contains("2 x tree 12/3/4 random"), run.out());
        assertEquals(1 + 2 * 3 * WAYS, Files.readAllLines(log).size());
        CommandRun other =
                parity(Stream.concat(args.stream(), Stream.of("--seed", "1")).toArray(String[]::new));
        assertEquals(1, other.code(), "a log of other texts");
        assertTrue(other.err().contains("\"seed\":1"), other.err());
    }

    @Test
    void goesOnFromItsLogAndFailsAtADifferenceThatIsNoNearTie() throws IOException {
        Path log = folder.resolve("parity.jsonl");
        assertEquals(0, parity("--limit", "2", "--log", log.toString()).code());
        List<String> lines = new ArrayList<>(Files.readAllLines(log));
        assertEquals(1 + 2 * WAYS, lines.size());
        // What a build that decodes wrongly would have written; the texts of prompt 3 are still to come.
        ObjectNode wrong = (ObjectNode) JSON.readTree(lines.get(3));
        wrong.put("at", 5).put("tokens", 5).put("expected", 3).put("found", -1).put("gap", 0.25);
        lines.set(3, wrong.toString());
        Files.writeString(log, String.join("\n", lines) + "\n");
        CommandRun strict = parity("--log", log.toString());
        assertEquals(1, strict.code(), strict.err());
        assertEquals(1 + 3 * WAYS, Files.readAllLines(log).size());
        assertTrue(
                strict.out().contains("letters prompt 1, position 5: expected ")
                        && strict.out().contains("found the end, gap 0.2500"),
                strict.out());
        assertTrue(strict.err().contains("gto4j: " + 3 * WAYS + " texts, "), strict.err());
        CommandRun lenient = parity("--log", log.toString(), "--tie", "0.3");
        assertEquals(0, lenient.code(), lenient.out());
    }

    @Test
    void aLogOfAnotherRunIsRefused() throws IOException {
        Path log = folder.resolve("other.jsonl");
        assertEquals(
                0,
                parity("--limit", "1", "--mode", "plain", "--log", log.toString())
                        .code());
        Files.writeString(log, Files.readString(log).replace("\"max_tokens\":40", "\"max_tokens\":80"));
        CommandRun refused = parity("--limit", "1", "--mode", "plain", "--log", log.toString());
        assertEquals(1, refused.code(), refused.err());
        assertTrue(
                refused.err().contains(log.toString()) && refused.err().contains("\"max_tokens\":80"), refused.err());
    }
}
