package org.gto4j.lab.stock;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs that aren't the server that is expected, and the reading of answers. The real one is in the integration
 * tests.
 */
class StockServerTest {
    @TempDir
    Path folder;

    private Path script(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("llama-server"), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    private static String failure(Path executable, Duration patience) {
        GtoException e = assertThrows(
                GtoException.class, () -> StockServer.start(executable, List.of("-m", "model.gguf"), patience));
        assertEquals(GtoException.Kind.IO, e.kind());
        return e.getMessage();
    }

    @Test
    void aProgramThatIsNotThereIsNamed() throws IOException {
        Path missing = folder.resolve("nowhere");
        assertEquals(
                missing + ": expected the program llama-server, found no such file",
                failure(missing, Duration.ofSeconds(5)));
        Path text = Files.writeString(folder.resolve("text"), "hello");
        assertTrue(failure(text, Duration.ofSeconds(5)).startsWith(text + ": expected the program llama-server"));
        assertTrue(failure(folder, Duration.ofSeconds(5)).startsWith(folder + ": expected"));
    }

    @Test
    void aServerThatEndsShowsTheEndOfItsLog() throws IOException {
        Path program = script(
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do echo line $i; done",
                "echo \"can't load $6\" >&2",
                "exit 3");
        String message = failure(program, Duration.ofSeconds(20));
        assertTrue(
                message.startsWith(program + " ended with exit code 3 before it answered; its log ends with:\n"),
                message);
        assertTrue(message.contains("line 15\ncan't load ") && !message.contains("line 2\n"), message);
    }

    @Test
    void aServerThatNeverAnswersIsEnded() throws IOException {
        Path pid = folder.resolve("pid");
        Path program = script("echo $$ > " + pid, "exec sleep 600");
        assertTrue(failure(program, Duration.ofSeconds(1)).contains("didn't answer within 1 s"));
        long number = Long.parseLong(Files.readString(pid).strip());
        assertFalse(ProcessHandle.of(number).map(ProcessHandle::isAlive).orElse(false), "nothing is left running");
    }

    @Test
    void readsAnAnswer() throws Exception {
        StockCompletion completion = StockCompletion.of(new ObjectMapper().readTree("""
            {"content": "a b", "tokens": [5, 6, 7, 2], "stop_type": "eos",
             "timings": {"predicted_n": 4, "predicted_ms": 250.0, "draft_n": 6, "draft_n_accepted": 2}}"""), 2);
        assertArrayEquals(new int[] {5, 6, 7}, completion.tokens());
        assertTrue(completion.ended());
        assertEquals("a b", completion.text());
        assertEquals(0.25, completion.seconds(), 1e-12);
        assertEquals(3, completion.gained(), "tokens after the first, the end token included");
        assertEquals(6, completion.drafted());
        assertEquals(2, completion.accepted());
        assertEquals(2, completion.cycles(), "one accepted token stood behind the end token");
        StockCompletion plain = StockCompletion.of(new ObjectMapper().readTree("""
            {"content": "abc", "tokens": [5, 6, 7], "stop_type": "limit", "timings": {"predicted_n": 3, "predicted_ms": 30}}"""), 0);
        assertArrayEquals(new int[] {5, 6, 7}, plain.tokens());
        assertEquals(2, plain.cycles());
        assertEquals(2, plain.gained());
        assertEquals(0, plain.drafted());
    }

    @Test
    void cyclesAreExactForEveryCourse() {
        // draft lengths 2: passes accept 2, 0, 1 and the last token is decoded without a draft
        assertEquals(4, StockCompletion.cycles(1 + 3 + 1 + 2 + 1, 3, 3));
        // the last verification accepts 2, of which the first is the end token
        assertEquals(2, StockCompletion.cycles(1 + 2 + 1, 1 + 2, 2));
        assertEquals(0, StockCompletion.cycles(1, 0, 0));
    }
}
