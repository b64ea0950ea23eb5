package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Quantization;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where results go: into pipes, devices and open descriptors, through links, never over what is read; and what can't be
 * written is a failure.
 */
class OutputTest {
    private static final String EVAL =
            "gto4j eval -m \"$1\" --threads 1 --prompts \"$2\" --mode plain -n 4 --limit 1 --json ";
    private static final String EXPORT = "gto4j export -m \"$1\" --threads 1 -d \"$2\" --out ";

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.letters(shared);
    }

    private ShellRun eval(String rest) throws Exception {
        return ShellRun.of(folder, EVAL + rest, files.model(), files.prompts());
    }

    private ShellRun export(String rest) throws Exception {
        return ShellRun.of(folder, EXPORT + rest, files.model(), files.draft());
    }

    private static void assertRows(String json) throws IOException {
        assertEquals(1, new ObjectMapper().readTree(json).size(), json);
    }

    @Test
    void aPipeAndADescriptorAreWrittenTo() throws Exception {
        ShellRun run = ShellRun.of(
                folder,
                "mkfifo pipe; cat pipe > piped & " + EVAL + "pipe && wait $! && " + EVAL
                        + "/dev/fd/3 3> descriptor && test -p pipe",
                files.model(),
                files.prompts());
        assertEquals(0, run.code(), run.err());
        assertRows(Files.readString(folder.resolve("piped")));
        assertRows(Files.readString(folder.resolve("descriptor")));
    }

    @Test
    void standardOutputIsWrittenToWhereverItGoes() throws Exception {
        ShellRun piped = eval("/dev/stdout | tail -n +3");
        assertEquals(0, piped.code(), piped.err());
        assertTrue(piped.out().contains("\"tokens_per_second\""), piped.out());
        ShellRun file = eval("/dev/stdout > both; echo $?");
        assertEquals("0\n", file.out(), file.err());
        String both = Files.readString(folder.resolve("both"));
        assertTrue(both.lines().count() > 3 && both.contains("plain"), both);
        assertRows(both.substring(both.indexOf("[ {")));
    }

    @Test
    void aDraftGoesThroughAPipe() throws Exception {
        ShellRun run = export("there.gguf && mkfifo pipe && { cat pipe > piped.gguf & " + EXPORT + "pipe && wait $! && "
                + EXPORT + "/dev/stdout > out.gguf; }");
        assertEquals(0, run.code(), run.err());
        byte[] there = Files.readAllBytes(folder.resolve("there.gguf"));
        assertArrayEquals(there, Files.readAllBytes(folder.resolve("piped.gguf")));
        assertArrayEquals(there, Files.readAllBytes(folder.resolve("out.gguf")));
    }

    @Test
    void aLinkStays() throws Exception {
        Files.createDirectory(folder.resolve("far"));
        Files.writeString(folder.resolve("far/rows.json"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), Path.of("far/rows.json"));
        CommandRun run = CommandRun.of(
                "eval",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--prompts",
                files.prompts(),
                "--mode",
                "plain",
                "-n",
                "4",
                "--limit",
                "1",
                "--json",
                link.toString());
        assertEquals(0, run.code(), run.err());
        assertTrue(Files.isSymbolicLink(link));
        assertRows(Files.readString(folder.resolve("far/rows.json")));
        Path draft = Files.createSymbolicLink(folder.resolve("draft.gguf"), Path.of("far/new.gguf"));
        assertEquals(
                0,
                CommandRun.of("export", "-m", files.model(), "-d", files.draft(), "--out", draft.toString())
                        .code());
        assertTrue(Files.isSymbolicLink(draft)
                && Files.isRegularFile(folder.resolve("far/new.gguf"), LinkOption.NOFOLLOW_LINKS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/dev/full", "/proc/x.json", "/dev/null/x.json"})
    void whatCantBeWrittenIsAFailure(String file) {
        for (String[] args : new String[][] {
            {
                "eval",
                "-m",
                files.model(),
                "--threads",
                "1",
                "--prompts",
                files.prompts(),
                "--mode",
                "plain",
                "-n",
                "4",
                "--limit",
                "1",
                "--json",
                file
            },
            {"export", "-m", files.model(), "-d", files.draft(), "--out", file}
        }) {
            CommandRun run = CommandRun.of(args);
            assertEquals(1, run.code(), run.err());
            assertTrue(
                    run.err().contains(file)
                            || run.err().contains(Path.of(file).getParent().toString()),
                    run.err());
            assertFalse(run.err().contains("Exception"), run.err());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "generate -m \"$1\" -p ab --raw -n 4 > /dev/full",
                "generate -m \"$1\" -p ab --raw -n 4 >&-",
                "info \"$1\" > /dev/full",
                "--version > /dev/full"
            })
    void resultsThatAreLostAreAFailure(String command) throws Exception {
        ShellRun run = ShellRun.of(folder, "gto4j " + command, files.model());
        assertEquals(1, run.code(), run.err());
        assertTrue(run.err().contains("gto4j: can't write to standard output"), run.err());
    }

    @Test
    void aReaderThatHasEnoughEndsIt() throws Exception {
        ShellRun run = ShellRun.of(folder, "gto4j info \"$1\" | true; echo ${PIPESTATUS[0]}", files.model());
        assertTrue(run.out().matches("(141|0)\n"), run.out());
        assertFalse(run.err().contains("gto4j: "), run.err());
    }

    /** It doesn't go on writing for nobody: no summary comes. */
    @Test
    void aReaderThatHasEnoughEndsGeneration() throws Exception {
        ShellRun run = ShellRun.of(
                folder,
                "gto4j generate -m \"$1\" --raw -p aaa --temp 1 -n 4000 | true; echo ${PIPESTATUS[0]}",
                files.model());
        assertEquals("141\n", run.out(), run.err());
        assertFalse(run.err().contains("gto4j: "), run.err());
    }

    @Test
    void theModelIsNeverWrittenOver() throws IOException {
        byte[] model = Files.readAllBytes(Path.of(files.model()));
        Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), Path.of(files.model()));
        for (String out : new String[] {files.model(), link.toString(), files.draft()}) {
            CommandRun run = CommandRun.of("export", "-m", files.model(), "-d", files.draft(), "--out", out);
            assertEquals(1, run.code(), run.err());
            assertTrue(run.err().contains(out) && run.err().contains("--out"), run.err());
        }
        try (TargetModel target = TinyModels.open(Path.of(files.model()));
                DraftModel draft = DraftModel.load(target, Path.of(files.draft()))) {
            for (Path out : new Path[] {target.path(), link}) {
                assertEquals(
                        GtoException.Kind.ARGUMENT,
                        assertThrows(GtoException.class, () -> draft.save(out, DraftFileType.F16))
                                .kind());
                assertEquals(
                        GtoException.Kind.ARGUMENT,
                        assertThrows(
                                        GtoException.class,
                                        () -> TargetModel.requantize(target.path(), out, Quantization.F16, 1))
                                .kind());
            }
            draft.save(Path.of(files.draft()), DraftFileType.F32);
        }
        assertArrayEquals(model, Files.readAllBytes(Path.of(files.model())));
    }

    /** Of no input of the run, but not easily made again either. */
    @Test
    void anotherModelIsNotReplacedByADraft() throws IOException {
        Path other = Files.copy(Path.of(files.model()), folder.resolve("other.gguf"));
        CommandRun run = CommandRun.of("export", "-m", files.model(), "-d", files.draft(), "--out", other.toString());
        assertEquals(1, run.code(), run.err());
        assertTrue(
                run.err().contains(other + ": expected a new file or a draft to replace, found another GGUF"),
                run.err());
        assertArrayEquals(Files.readAllBytes(Path.of(files.model())), Files.readAllBytes(other));
        for (String text : new String[] {"", "some text", "GGU"}) {
            Files.writeString(other, text);
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        0,
                        CommandRun.of("export", "-m", files.model(), "-d", files.draft(), "--out", other.toString())
                                .code(),
                        "'" + text + "', then a draft");
            }
        }
    }
}
