package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every file of a corpus and of a run that is read back, in every kind of damage: the command that goes on succeeds, or
 * fails with one message that names the file; a corpus loses nothing. System property gto4j.damages: one of how many
 * damages of each file is tried (default 4; 1 tries all).
 */
class DamagedFilesTest {
    private static final int ONE_OF = Integer.getInteger("gto4j.damages", 4);
    private static final String MODEL = TinyModels.target("--type", "F32").toString();
    /** What is read before anything can be made again, and what libllama or the trainer reads whole. */
    private static final Set<String> MAY_FAIL = Set.of("corpus.json", "corpus.jsonl", "features.f16");

    @TempDir
    Path folder;

    private Path good;
    private String prompts;

    /** What a damage leaves of a file. */
    private record Damage(String name, UnaryOperator<byte[]> of) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Damage text(String text) {
        return new Damage(text, whole -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Damage> damages(String file) {
        List<Damage> damages = new ArrayList<>(List.of(
                text(""),
                text("{"),
                text("null\n"),
                text("[]\n"),
                text("{}\n"),
                text("7"),
                text("\u0000\u0001\u00fe\n"),
                text("{\"version\":\"x\",\"step\":[],\"options\":null,\"id\":{},\"tokens\":{\"a\":1}}\n"),
                new Damage("first half", whole -> Arrays.copyOf(whole, whole.length / 2)),
                new Damage("last half", whole -> Arrays.copyOfRange(whole, whole.length / 2, whole.length)),
                new Damage("a byte less", whole -> Arrays.copyOf(whole, Math.max(0, whole.length - 1))),
                new Damage("zeros in the middle", whole -> {
                    byte[] changed = whole.clone();
                    Arrays.fill(changed, whole.length / 2, whole.length / 2 + Math.min(8, whole.length / 3), (byte) 0);
                    return changed;
                })));
        damages.add(new Damage("as a folder", null));
        int first = Math.floorMod(file.hashCode(), ONE_OF);
        return IntStream.range(0, damages.size())
                .filter(i -> i % ONE_OF == first)
                .mapToObj(damages::get)
                .toList();
    }

    @BeforeEach
    void write() throws IOException {
        good = folder.resolve("good");
        prompts = Files.writeString(
                        folder.resolve("questions.jsonl"),
                        IntStream.range(0, 8)
                                .mapToObj(i -> "{\"prompt\":\"question " + i + "\"}\n")
                                .collect(Collectors.joining()))
                .toString();
        run(regenerate(good));
        run(train(good, 4));
        assertEquals(
                0,
                CommandRun.of(
                                "report",
                                good.resolve("run").toString(),
                                "--html",
                                folder.resolve("page.html").toString())
                        .code());
    }

    private static void run(String[] command) {
        CommandRun run = CommandRun.of(command);
        assertEquals(0, run.code(), run.err());
    }

    private String[] regenerate(Path where) {
        return new String[] {
            "regenerate",
            "-m",
            MODEL,
            "--prompts",
            prompts,
            "--out",
            where.resolve("corpus").toString(),
            "-n",
            "12",
            "--threads",
            "1"
        };
    }

    private static String[] train(Path where, int steps) {
        return new String[] {
            "train",
            "-m",
            MODEL,
            "--corpus",
            where.resolve("corpus").toString(),
            "--phase",
            "1",
            "--out",
            where.resolve("run").toString(),
            "--steps",
            Integer.toString(steps),
            "--draft-vocab",
            "64",
            "--validation",
            "0.3",
            "--validate-every",
            "0.5",
            "--threads",
            "1"
        };
    }

    private Path copy() throws IOException {
        Path copy = folder.resolve("copy");
        if (Files.exists(copy)) {
            try (Stream<Path> files = Files.walk(copy)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        try (Stream<Path> files = Files.walk(good)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(good.relativize(file).toString()));
            }
        }
        return copy;
    }

    private static void damage(Path file, Damage damage) throws IOException {
        byte[] whole = Files.readAllBytes(file);
        if (damage.of() == null) {
            Files.delete(file);
            Files.createDirectories(file.resolve("inside"));
        } else {
            Files.write(file, damage.of().apply(whole));
        }
    }

    private static void check(String what, CommandRun run, String name, boolean mayFail) {
        assertFalse(
                run.err().contains("internal error")
                        || run.err().contains("Pointer")
                        || run.err().contains("Cast")
                        || run.err().contains("\tat "),
                what + ": " + run.err());
        if (run.code() != 0) {
            assertTrue(mayFail && run.code() == 1 && run.err().contains(name), what + ": " + run.err());
        }
    }

    @Test
    void everyFileOfARun() throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(good.resolve("run"))) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        assertTrue(
                names.containsAll(List.of(
                        "config.json",
                        "progress-4.json",
                        "state-4.bin",
                        "metrics.jsonl",
                        "best.json",
                        "start.gguf",
                        "start.json")),
                names.toString());
        for (String name : names) {
            for (Damage damage : damages(name)) {
                Path copy = copy();
                damage(copy.resolve("run").resolve(name), damage);
                String what = name + " " + damage;
                check(
                        what,
                        CommandRun.of(
                                "report",
                                copy.resolve("run").toString(),
                                "--html",
                                folder.resolve("page.html").toString()),
                        name,
                        true);
                // The run is complete: it goes on from a checkpoint to the same end.
                boolean output = name.equals("draft.gguf")
                        || name.equals("best.gguf")
                        || name.startsWith("state-")
                        || name.equals(".lock");
                check(what, CommandRun.of(train(copy, 4)), name, damage.of() == null && output);
            }
        }
    }

    @Test
    void everyFileOfACorpus() throws IOException {
        for (String name : MAY_FAIL) {
            for (Damage damage : damages(name)) {
                Path copy = copy();
                Path file = copy.resolve("corpus").resolve(name);
                damage(file, damage);
                String what = name + " " + damage;
                for (String[] command : new String[][] {
                    {"corpus", "info", copy.resolve("corpus").toString()}, train(copy, 4)
                }) {
                    byte[] before = Files.isDirectory(file) ? new byte[0] : Files.readAllBytes(file);
                    check(
                            what + " " + command[0],
                            CommandRun.of(command),
                            copy.resolve("corpus").toString(),
                            true);
                    assertTrue(
                            Files.isDirectory(file) || Arrays.equals(before, Files.readAllBytes(file)),
                            what + ": who only reads has changed it");
                }
                check(
                        what,
                        CommandRun.of(regenerate(copy)),
                        copy.resolve("corpus").toString(),
                        true);
            }
        }
    }
}
