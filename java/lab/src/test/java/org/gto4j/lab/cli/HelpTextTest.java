package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HelpTextTest {
    private static final int WIDTH = 80;
    private static final int HEIGHT = 40;

    private static String help(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertEquals(0, new Main().run(args, stream, stream));
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void theProgramsHelpFitsAScreen() {
        List<String> lines = help("--help").lines().toList();
        assertTrue(lines.size() < HEIGHT, lines.size() + " lines");
        lines.forEach(line -> assertTrue(line.length() <= WIDTH, line));
        for (Command command : Main.commands()) {
            assertTrue(lines.stream().anyMatch(line -> line.startsWith("  " + command.name() + " ")), command.name());
        }
    }

    @Test
    void commandsHelpFitsATerminal() {
        for (Command command : Main.commands()) {
            help(command.name(), "--help").lines().forEach(line -> assertTrue(line.length() <= WIDTH, line));
            assertEquals(help(command.name(), "--help"), help("help", command.name()));
        }
    }

    @Test
    void anOptionIsToldWithRangeAndDefault() {
        String help = help("train", "--help").replaceAll("\\s+", " ");
        assertTrue(help.contains("--rows N most tokens of a micro-batch [8 or more; default: 1024]"), help);
        assertTrue(help.contains("best K; 0 = never [0 or more; default: 10, in phase 2 12]"), help);
        assertTrue(help.contains(
                "--warmup SHARE share of the budget for the warm-up [0 or more, below 1; default: 0.03]"));
        assertTrue(help.contains("-m, --model GGUF your model; messages and docs call it the target [needed]"), help);
    }

    @Test
    void defaultsAreInTheirRanges() {
        for (Command command : Main.commands()) {
            for (Parameter<?> parameter : command.parameters()) {
                requireInRange(command.name(), parameter);
            }
        }
        ExperimentFile.ARM_FIELDS.forEach(field -> requireInRange("experiment", field));
        ExperimentFile.FIELDS.forEach(field -> requireInRange("experiment", field));
    }

    private static <T> void requireInRange(String command, Parameter<T> parameter) {
        T value = parameter.otherwise().value();
        if (value == null || parameter.isFlag() || parameter.use() != null) {
            return;
        }
        String text = parameter.type().print(value);
        if (text.matches("[-0-9.,]+")) {
            assertEquals(
                    text,
                    parameter.type().print(parameter.type().read(text, new NoPlace())),
                    command + " --" + parameter.name());
        }
    }

    /** Where nothing goes wrong. */
    private static final class NoPlace implements ValueType.Place {
        @Override
        public UsageException wrong(String expected, String found) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }

        @Override
        public Path path(FileUse use, String name) {
            return Path.of(name);
        }

        @Override
        public String textOrInput(String text) {
            return text;
        }
    }

    /** Whoever changes an option renews the page: {@code ./gto4j help --markdown > docs/CLI.md}. */
    @Test
    void thePageOfCommandsIsWhatTheProgramWrites() throws IOException {
        Path page = Path.of(System.getProperty("gto4j.root", "../.."), "docs", "CLI.md");
        assertEquals(
                help("help", "--markdown"),
                Files.readString(page),
                "docs/CLI.md is out of date: ./gto4j help --markdown > docs/CLI.md");
    }
}
