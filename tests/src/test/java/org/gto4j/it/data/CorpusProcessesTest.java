package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusContents;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes write one corpus, are killed (SIGKILL) at random moments and followed by others, while this process reads
 * it: every row of every text is what was written, whenever it is read, and a second writer is refused by the name of
 * the first. System property gto4j.rounds: writers that are killed (default 12).
 */
class CorpusProcessesTest {
    private static final int ROUNDS = Integer.getInteger("gto4j.rounds", 12);
    private static final Path MODEL = TinyModels.target("--type", "F32");

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(20261129);
    private final List<Process> running = new ArrayList<>();

    @Test
    void noReaderEverSeesAWrongFeature() throws Exception {
        Path corpus = folder.resolve("corpus");
        int known = 0;
        int seen = 0;
        int readings = 0;
        try (TargetModel target = TinyModels.open(MODEL)) {
            int vocabulary = target.info().vocabulary();
            for (int round = 0; round < ROUNDS; round++) {
                Process writer = round % 4 == 0 ? oneOfTwo(corpus) : opened(corpus);
                long until = System.nanoTime() + random.nextLong(150_000_000L);
                do {
                    try (Corpus reader = Corpus.openReadOnly(corpus, target)) {
                        assertTrue(reader.sequences().size() >= seen, "a reader sees what was seen before");
                        NumberedTexts.check(reader, seen, vocabulary);
                        seen = reader.sequences().size();
                        readings++;
                    }
                } while (System.nanoTime() < until);
                GtoException e = assertThrows(GtoException.class, () -> Corpus.open(corpus, target));
                assertTrue(
                        e.getMessage().contains("in use by process " + writer.pid())
                                && e.getMessage().contains("writing this corpus, since"),
                        e.getMessage());
                kill(writer);
                if (random.nextInt(3) == 0) {
                    tear(corpus);
                }
                try (Corpus reader = Corpus.openReadOnly(corpus, target)) {
                    NumberedTexts.check(reader, 0, vocabulary);
                    assertTrue(reader.sequences().size() >= seen, "nothing that was read is lost");
                    seen = reader.sequences().size();
                    assertEquals(seen, CorpusContents.read(corpus).sequences().size());
                }
                known = Math.max(known, seen);
            }
            try (Corpus last = Corpus.open(corpus, target)) {
                assertEquals(known, last.sequences().size());
                NumberedTexts.append(last, known, vocabulary);
                NumberedTexts.check(last, 0, vocabulary);
            }
        } finally {
            running.forEach(Process::destroyForcibly);
        }
        System.out.println(
                ROUNDS + " writers killed, " + readings + " readings beside them, " + (known + 1) + " texts");
        assertTrue(
                known > ROUNDS && readings > ROUNDS,
                known + " texts, " + readings + " readings: the test tests nothing");
    }

    private Process start(Path corpus) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CorpusWriterProcess.class.getName(),
                        MODEL.toString(),
                        corpus.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        running.add(process);
        return process;
    }

    private Process opened(Path corpus) throws IOException {
        Process process = start(corpus);
        assertEquals("open", process.inputReader().readLine());
        drain(process);
        return process;
    }

    /** Two start at once: one of them gets the corpus, the other one is told who has it. */
    private Process oneOfTwo(Path corpus) throws IOException, InterruptedException {
        List<Process> both = List.of(start(corpus), start(corpus));
        List<String> said = new ArrayList<>();
        for (Process process : both) {
            said.add(process.inputReader().readLine());
        }
        int winner = said.indexOf("open");
        assertTrue(winner >= 0, said.toString());
        Process other = both.get(1 - winner);
        assertTrue(
                said.get(1 - winner)
                        .contains("in use by process " + both.get(winner).pid()),
                said.toString());
        assertEquals(CorpusWriterProcess.REFUSED, other.waitFor());
        running.remove(other);
        drain(both.get(winner));
        return both.get(winner);
    }

    /** What it says must be read, or it stands still. */
    private static void drain(Process process) {
        BufferedReader lines = process.inputReader();
        Thread thread = new Thread(() -> {
            try {
                lines.transferTo(Writer.nullWriter());
            } catch (IOException e) {
                // It was killed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void kill(Process process) throws InterruptedException {
        assertTrue(process.isAlive(), "the writer ended by itself");
        process.destroyForcibly().waitFor();
        running.remove(process);
    }

    /** What a kill in the middle of two writes leaves, which random moments rarely meet. */
    private void tear(Path corpus) throws IOException {
        byte[] rows = new byte[random.nextInt(1, 3000)];
        random.nextBytes(rows);
        Files.write(corpus.resolve("features.f16"), rows, StandardOpenOption.APPEND);
        String whole = Files.readString(corpus.resolve("corpus.jsonl"));
        String line =
                whole.lines().findFirst().orElse("{\"id\":\"s0\",\"promptLength\":1,\"offset\":0,\"tokens\":[1,2]}");
        Files.writeString(
                corpus.resolve("corpus.jsonl"),
                line.substring(0, random.nextInt(1, line.length())),
                StandardOpenOption.APPEND);
    }
}
