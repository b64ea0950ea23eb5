package org.gto4j.it.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gto4j.it.cli.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What README.md and the pages of docs show is true: their Java compiles, their commands and links exist. */
class DocsExamplesTest {
    @TempDir
    Path folder;

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(JavaBlocks.ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(JavaBlocks.ROOT.resolve("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theJavaCompiles(Path page) {
        JavaBlocks.of(JavaBlocks.page(page)).forEach((name, source) -> JavaBlocks.compile(name, source, folder));
    }

    @Test
    void thePagesHoldTheExamples() {
        assertEquals(
                Set.of("Hello"),
                JavaBlocks.of(JavaBlocks.page(JavaBlocks.ROOT.resolve("README.md")))
                        .keySet());
        assertEquals(
                Set.of("Answers", "Assistant", "Weather"),
                JavaBlocks.of(JavaBlocks.page(JavaBlocks.ROOT.resolve("docs/LIBRARY.md")))
                        .keySet());
    }

    @Test
    void theCommandsExist() {
        Matcher commands =
                Pattern.compile("\\./gto4j ([a-z]+)").matcher(JavaBlocks.page(JavaBlocks.ROOT.resolve("README.md")));
        int found = 0;
        while (commands.find()) {
            assertEquals(0, CommandRun.of(commands.group(1), "--help").code(), commands.group(1));
            found++;
        }
        assertTrue(found >= 7, "found " + found);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theLinksLeadSomewhere(Path page) {
        Matcher links = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)|src=\"([^\":]+)\"")
                .matcher(JavaBlocks.page(page));
        while (links.find()) {
            String link = links.group(1) == null ? links.group(2) : links.group(1);
            assertTrue(Files.exists(page.resolveSibling(link)), page.getFileName() + ": " + link);
        }
    }
}
