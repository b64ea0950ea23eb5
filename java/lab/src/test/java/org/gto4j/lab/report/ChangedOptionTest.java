package org.gto4j.lab.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedOptionTest {
    private static final String NOW = """
            {"phase": 1, "sequences": 7, "environment": {"target": "m.gguf"}, "options": {"rows": "64"},
             "set_by": {"rows": "command line", "lr": "file a.json", "seed": "default", "steps": "command line"},
             "changed": {"rows": "64", "lr": "0.01"}}
            """;
    private static final String EARLIER = """
            {"options": {}, "set_by": {"rows": "command line", "seed": "default"}}
            """;

    @TempDir
    Path folder;

    private Path run(String name, String config) throws IOException {
        Path run = Files.createDirectories(folder.resolve(name));
        Files.writeString(run.resolve("config.json"), config);
        return run;
    }

    private static List<String> options(List<String> facts) {
        return facts.subList(5, facts.size());
    }

    @Test
    void factsOfARunNameItsOptions() throws IOException {
        Path run = run("now", NOW);
        assertEquals(
                List.of(
                        "training run    " + run,
                        "phase           1",
                        "target          m.gguf",
                        "texts           7",
                        "steps so far    0",
                        "options         --rows 64 (command line)",
                        "                --lr 0.01 (file a.json)"),
                RunFacts.lines(run));
    }

    @Test
    void earlierRunsKeptLess() throws IOException {
        assertEquals(
                List.of("options         --rows ? (command line)"), options(RunFacts.lines(run("earlier", EARLIER))));
        assertEquals(
                List.of("options         not recorded"), options(RunFacts.lines(run("first", "{\"options\": {}}"))));
        assertEquals(
                List.of("options         all defaults"),
                options(RunFacts.lines(
                        run("plain", "{\"options\": {}, \"set_by\": {\"rows\": \"default\"}, \"changed\": {}}"))));
    }

    @Test
    void aFolderWithoutARunIsRefused() {
        GtoException e = assertThrows(GtoException.class, () -> RunFacts.lines(folder));
        assertTrue(
                e.getMessage().startsWith(folder + ": expected a GGUF file, or the folder of a training run"),
                e.getMessage());
    }

    @Test
    void aReportHasATableOfThem() throws IOException {
        String one = RunComparison.read(List.of(run("now", NOW))).report().html();
        assertTrue(
                one.contains("<tr><td>now</td><td>--rows</td><td>64</td><td>command line</td></tr>\n"
                        + "<tr><td>now</td><td>--lr</td><td>0.01</td><td>file a.json</td></tr>\n"),
                one);
        assertFalse(one.contains("--steps") || one.contains("--seed"), one);
        RunComparison two = RunComparison.read(List.of(
                run("now", NOW),
                run("plain", "{\"options\": {}, \"set_by\": {}, \"changed\": {}}"),
                run("none", "{}")));
        String html = two.report().html();
        assertTrue(html.contains("All options are the defaults: plain."), html);
        assertTrue(
                two.differences().stream().noneMatch(row -> row.get(0).contains("set_by")), "has a table of its own");
    }
}
