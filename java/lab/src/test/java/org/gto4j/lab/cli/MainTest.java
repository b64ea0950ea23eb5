package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.lab.terminal.Interruption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line does before a native is touched. */
class MainTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return new Main()
                .run(
                        args,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quickstart",
                "regenerate",
                "corpus",
                "plan",
                "train",
                "experiment",
                "report",
                "simulate",
                "diagnose",
                "rewards",
                "gradients",
                "chat",
                "eval",
                "bench",
                "parity",
                "profile",
                "generate",
                "export",
                "info"
            })
    void everyCommandHasHelpWithExamples(String command) {
        assertEquals(0, run(command, "--help"));
        String help = out.toString(StandardCharsets.UTF_8);
        assertTrue(help.contains("--threads") || command.equals("report"), help);
        assertEquals(help.contains("--threads"), help.contains("--device"), help);
        assertTrue(help.contains("Examples:\n  gto4j " + command), help);
        assertEquals("", errors());
    }

    /** The model isn't there, but its error comes after the prompt was taken. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-h",
                "--help",
                "-x",
                "--prompt",
                "--model",
                "-",
                "-m",
                "--",
                "\"quoted\"",
                "-1",
                "--threads=3",
                "=",
                "-p"
            })
    void aValueIsTakenAsItIs(String prompt) {
        String missing = folder.resolve("m.gguf").toString();
        for (String[] args : new String[][] {
            {"-p", prompt, "-m", missing},
            {"--prompt", prompt, "-m", missing},
            {"--prompt=" + prompt, "-m", missing},
            {"-m", missing, "-p=" + prompt},
            {"-m", missing, "-p", prompt}
        }) {
            CommandParser parser = new CommandParser(new GenerateCommand(), args);
            assertFalse(parser.asks(CommonParameters.HELP), String.join(" ", args));
            try (StandardInput input = new StandardInput(
                    new ByteArrayInputStream("typed\n".getBytes(StandardCharsets.UTF_8)), new Interruption())) {
                assertEquals(
                        prompt.equals("-") ? "typed" : prompt,
                        parser.parse(input).get(GenerateCommand.PROMPT),
                        String.join(" ", args));
            }
        }
    }

    @Test
    void helpIsAskedForAnywhereElse() {
        for (String[] args :
                new String[][] {{"-h"}, {"-p", "x", "--help"}, {"-p", "--help", "-h"}, {"--raw", "-h", "-m", "m"}}) {
            assertTrue(
                    new CommandParser(new GenerateCommand(), args).asks(CommonParameters.HELP), String.join(" ", args));
        }
        assertFalse(new CommandParser(new InfoCommand(), new String[] {"--", "-h"}).asks(CommonParameters.HELP));
    }

    private int runWithInput(byte[] input, String... args) {
        return new Main(new Interruption(), new ByteArrayInputStream(input), null)
                .run(
                        args,
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @Test
    void promptsComeFromStandardInput() {
        String missing = folder.resolve("m.gguf").toString();
        byte[] good = "{\"prompt\": \"fine\"}\n".getBytes(StandardCharsets.UTF_8);
        for (String command : List.of("eval", "bench", "parity", "profile")) {
            assertEquals(1, runWithInput(good, command, "-m", missing, "--prompts", "-"));
        }
        assertEquals(
                1,
                runWithInput(
                        good,
                        "regenerate",
                        "-m",
                        missing,
                        "--prompts",
                        "-",
                        "--out",
                        folder.resolve("c").toString()));
        assertEquals(5, errors().lines().filter(line -> line.contains(missing)).count(), errors());
        assertEquals(
                1,
                runWithInput(
                        "{\"prompt\": \"fine\"}\n{\"prompt\n".getBytes(StandardCharsets.UTF_8),
                        "eval",
                        "-m",
                        missing,
                        "--prompts",
                        "-"));
        assertTrue(errors().contains("gto4j: standard input line 2: "), errors());
    }

    @Test
    void aPromptThatIsNoTextIsRefused() throws IOException {
        assertEquals(
                1,
                runWithInput(
                        new byte[] {'a', (byte) 0xfc},
                        "generate",
                        "-m",
                        folder.resolve("m.gguf").toString(),
                        "-p",
                        "-"));
        assertTrue(errors().contains("standard input: expected text in UTF-8"), errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "eval --help", "help"})
    void resultsThatNobodyCanReadAreAFailure(String line) {
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        assertEquals(1, new Main().run(line.split(" "), full, new PrintStream(err, true, StandardCharsets.UTF_8)));
        assertEquals("gto4j: can't write to standard output", errors().strip());
    }

    @Test
    void messagesDontSteerTheTerminal() throws IOException {
        assertEquals(1, run("info", folder.resolve("\u001b]0;x\u0007.gguf").toString()));
        assertEquals(2, run("eval", "--\u001b[31m"));
        assertEquals(2, run("\u001b[31m"));
        Path file = Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\": \u001b[31m}\n");
        assertEquals(1, run("eval", "-m", "m", "--prompts", file.toString()));
        assertFalse(errors().contains("\u001b"), errors());
        assertTrue(errors().contains("\\u001b]0;x\\u0007.gguf"), errors());
    }

    @Test
    void helpListsTheCommands() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("quickstart"));
        assertEquals(2, run());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bake; unknown command 'bake'",
                "eval -m m.gguf; missing option --prompts",
                "eval --prompts p.jsonl; missing option --model",
                "eval -m m --prompts p --limit 0; --limit: expected a whole number of at least 1, found '0'",
                "eval -m m --prompts p --mode tree; needs --draft",
                "eval -m m -d d --prompts p --mode bush; --mode: expected one of [plain, chain, tree, static, cost-aware, lookup], found 'bush'",
                "eval -m m -d d --prompts p --temp hot; --temp: expected a number of at least 0, found 'hot'",
                "eval -m m -d d --prompts p --colour red; --colour",
                "generate -m m -p hello --mode tree; needs --draft",
                "generate -m m -d d -p hello --tree 60; --tree: expected nodes/depth/top-k as in 60/7/10, found '60'",
                "generate -m m -d d -p hello --tree 60/7/10,4/2/3; --tree: expected one size",
                "generate -m m -d d -p hello --mode static --static 4,2; --static: expected one size",
                "generate -m m -p hello --mode stock; --mode: expected one of [plain, chain, tree, static, cost-aware, lookup], found 'stock'",
                "bench -m m --prompts p --chain 3,x; --chain: expected a whole number of 1 to 256, found 'x'",
                "bench -m m --prompts p --tree 60/7/10,4; --tree: expected nodes/depth/top-k as in 60/7/10, found '4'",
                "bench -m m --prompts p --static 4/2-x; --static: tree shape '4/2-x', level 2: expected whole numbers",
                "bench -m m --prompts p --mode ,; --mode: expected at least one value, found ','",
                "eval -m m --prompts p --temp ,; --temp: expected at least one value, found ','",
                "simulate -m m -d d --corpus c --mode ,; --mode: expected at least one value",
                "bench -m m --prompts p --static ,; --static: expected at least one value",
                "bench -m m --prompts p --stock s --stock-n-max 0; --stock-n-max: expected a whole number of 1 to 256, found '0'",
                "bench -m m; missing option --prompts (or --kernels, --passes)",
                "bench --passes; missing option --model",
                "bench --passes -m m --context 0; --context: expected a whole number of 1 to 1048576, found '0'",
                "bench --prompts p; missing option --model",
                "bench --kernels --rows 0; --rows: expected a whole number of 1 to 4096, found '0'",
                "bench --kernels --repeats 1001; --repeats: expected a whole number of 1 to 1000, found '1001'",
                "bench -m m --prompts p --stock-n-max 2; --stock-n-max needs --stock",
                "parity -m m --prompts p --tie -1; --tie: expected a number of at least 0, found '-1'",
                "parity -m m --prompts p --temp 0,1; --temp: expected a number of at least 0, found '0,1'",
                "parity -m m --prompts p --temp 0.5 --tie 0.1; --tie: expected 0 at a temperature above 0, where texts have no near-ties, found '0.1'",
                "parity -m m --prompts p --slots 1,257; --slots: expected a whole number of 1 to 256, found '257'",
                "parity -m m --prompts p --slots ,; --slots: expected at least one value",
                "train -m m --corpus c --phase 3 --out o; --phase: expected 1 or 2, found '3'",
                "train -m m --corpus c --prompts p --phase 1 --out o; either --prompts or --corpus",
                "train -m m --corpus c --phase 2 --out o; needs --from",
                "train -m m --corpus c --phase 1 --out o --minutes 3 --steps 4; expected one of --minutes, --cpu-minutes, --steps, --epochs, found --minutes and --steps",
                "train -m m --corpus c --phase 1 --out o --lr fast; --lr: expected a number above 0, found 'fast'",
                "train -m m --corpus c --phase 2 --from d --out o --init x; --init: expected one of [random, target], found 'x'",
                "train -m m --corpus c --phase 1 --out o --omega x; --omega: expected a number, found 'x'",
                "export -m m -d d --out o --type Q4; --type",
                "regenerate -m m --prompts p --out o --on-broken-line mend; --on-broken-line: expected one of [fail, skip], found 'mend'",
                "regenerate -m m --prompts p --prompts q --out o; --prompts: expected one value, found '2: p q'",
                "regenerate -m m --prompts p --out o --reasoning some; --reasoning: expected one of [keep, drop], found 'some'",
                "regenerate -m m --prompts p --out o --reasoning-tags <a>; two tags with a comma between them, found '<a>'",
                "corpus show; missing argument DIR_OR_FILE",
                "corpus draw c; expected 'show' or 'info', found 'draw'",
                "corpus show c; missing option --model",
                "info --costs; --costs needs a target and its --draft",
                "info a.gguf b.gguf; unexpected argument 'b.gguf'",
                "quickstart --minutes soon; --minutes",
                "eval -m m --prompts p --json; Missing argument for option: json",
                "eval -m m --json --prompts p; Missing argument for option: json",
                "eval -m m --prompts p --json -; --json: expected the name of a file or folder, found '-' (/dev/stdout is standard output",
                "eval -m - --prompts p; --model: expected the name of a file or folder, found '-' (this can't be read from standard input",
                "eval -m m --prompts - --prompts -; --prompts: expected standard input once",
                "regenerate -m m --prompts p --out=; option --out: expected the name of a file or folder, found ''",
                "generate -m m -p; Missing argument for option: p",
                "generate -m m -p hello --seed 4294967296; --seed: expected a whole number of 0 to 4294967295, found '4294967296'",
                "generate -m m -p hello --seed -2147483649; --seed: expected a whole number of 0 to 4294967295, found '-2147483649'",
                "regenerate -m m --prompts p --out o --seed 1.5; --seed: expected a whole number",
                "generate -m m -d d -p hello --chain 99999; --chain: expected a whole number of 1 to 256, found '99999'",
                "bench -m m --prompts p --stock s --stock-n-max 257; --stock-n-max: expected a whole number of 1 to 256, found '257'",
                "bench -m m --prompts p --chain 99999999999; --chain: expected a whole number of 1 to 256",
            })
    void wrongUsageIsNamedInOneLine(String line, String message) {
        assertEquals(2, run(line.split(" ")));
        assertTrue(errors().contains(message), errors());
        assertEquals(1, errors().lines().count(), errors());
        assertTrue(errors().startsWith("gto4j"), errors());
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483648", "4294967295"})
    void seedsOf32BitsAreTaken(String seed) {
        Path missing = folder.resolve("none.jsonl");
        assertEquals(1, run("eval", "-m", "m.gguf", "--prompts", missing.toString(), "--seed", seed));
        assertTrue(errors().contains("no such file"), errors());
    }

    @Test
    void aMissingPromptFileIsTheUsersMistake() {
        Path missing = folder.resolve("none.jsonl");
        assertEquals(1, run("eval", "-m", "m.gguf", "--prompts", missing.toString()));
        assertTrue(errors().startsWith("gto4j: " + missing + ": no such file"), errors());
        assertEquals(1, errors().lines().count(), errors());
    }

    @Test
    void aBrokenPromptLineIsNamedWithItsNumber() throws IOException {
        Path file = Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\": \"fine\"}\n{\"prompt\": \"not\n");
        assertEquals(
                1,
                run(
                        "regenerate",
                        "-m",
                        "m.gguf",
                        "--prompts",
                        file.toString(),
                        "--out",
                        folder.resolve("c").toString()));
        assertTrue(errors().contains(file + " line 2"), errors());
        assertFalse(errors().contains("\tat "), errors());
    }

    @Test
    void brokenLinesThatAreSkippedAreCountedAndNamed() throws IOException {
        Path file = Files.writeString(
                folder.resolve("p.jsonl"),
                "{\"prompt\": \"fine\"}\n" + "{\"prompt\": \"not\n".repeat(7) + "{\"prompt\": \" FINE\"}\n");
        assertEquals(
                1,
                run(
                        "regenerate",
                        "-m",
                        folder.resolve("m.gguf").toString(),
                        "--prompts",
                        file.toString(),
                        "--out",
                        folder.resolve("c").toString(),
                        "--on-broken-line",
                        "skip"));
        assertTrue(errors().contains("7 of 9 lines are broken and left out, the first 5:"), errors());
        assertTrue(errors().contains(file + " line 6") && !errors().contains(file + " line 7"), errors());
        assertTrue(errors().contains("1 of 2 prompts left out as duplicates (1 exact, 0 near)"), errors());
    }

    @Test
    void aFolderThatIsNoCorpusIsNamed() {
        assertEquals(1, run("corpus", "info", folder.toString()));
        assertTrue(errors().startsWith("gto4j: " + folder + ": expected a corpus"), errors());
    }

    @Test
    void theStackTraceComesOnlyWhenAskedFor() {
        assertEquals(1, run("info", folder.resolve("none.gguf").toString(), "--stacktrace"));
        assertTrue(errors().contains("\tat org.gto4j"), errors());
    }

    @Test
    void aFolderWithoutADraftIsNamed() {
        assertEquals(1, run("export", "-m", "m.gguf", "--draft", folder.toString(), "--out", "x.gguf"));
        assertTrue(errors().startsWith("gto4j: " + folder + ": expected a folder with one of draft.gguf"), errors());
    }

    @Test
    void tooLittleTimeIsRefused() {
        assertEquals(2, run("quickstart", "--minutes", "0.1", "--dir", folder.toString()));
        assertTrue(errors().contains("option --minutes: expected a number of at least 0.2, found '0.1'"), errors());
    }
}
