package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --drawn-child} and {@code --lookup-branch} on a tiny random target. */
class TreeOptionsCommandTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    private static CommandRun generate(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "generate",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "-p",
                "Hello there",
                "-n",
                "24",
                "--raw",
                "--tree",
                "6/3/2"));
        arguments.addAll(List.of(more));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        return run;
    }

    @Test
    void aSeedGivesATextAgainAndGreedyTextsStay() {
        CommandRun drawn = generate("--temp", "1", "--seed", "3", "--drawn-child", "0.7");
        assertEquals(
                drawn.out(),
                generate("--temp", "1", "--seed", "3", "--drawn-child", "0.7").out());
        assertNotEquals(drawn.out(), generate("--temp", "1", "--seed", "3").out());
        assertTrue(drawn.err().contains("(tree 6/3/2 drawn at 0.7, temperature 1)"), drawn.err());
        assertEquals(generate().out(), generate("--drawn-child", "1").out());
    }

    /** Policies of the rows of an eval. */
    private static List<String> compared(String... more) throws IOException {
        Path json = folder.resolve("rows.json");
        List<String> arguments = new ArrayList<>(List.of(
                "eval",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--prompts",
                files.prompts(),
                "-n",
                "12",
                "--limit",
                "2",
                "--json",
                json.toString()));
        arguments.addAll(List.of(more));
        CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
        assertEquals(0, run.code(), run.err());
        List<String> policies = new ArrayList<>();
        new ObjectMapper()
                .readTree(json.toFile())
                .forEach(row -> policies.add(row.path("policy").asText()));
        policies.forEach(policy -> assertTrue(run.out().contains(policy), run.out()));
        run.out().lines().forEach(line -> assertTrue(line.length() <= 80, line));
        return policies;
    }

    @Test
    void evalComparesTreesWithAndWithoutLookupBranches() throws IOException {
        assertEquals(
                List.of("plain", "tree 6/3/2", "tree 6/3/2 + lookup", "cost-aware without lookup", "cost-aware"),
                compared("--mode", "plain,tree,cost-aware", "--tree", "6/3/2", "--lookup-branch"));
    }

    @Test
    void evalComparesTreesThatAreScoredWithThoseThatAreNot() throws IOException {
        assertEquals(
                List.of(
                        "plain",
                        "chain 2",
                        "chain 2 scored",
                        "tree 6/3/2",
                        "tree 6/3/2 scored",
                        "cost-aware",
                        "cost-aware scored"),
                compared("--mode", "plain,chain,tree,cost-aware", "--chain", "2", "--tree", "6/3/2", "--node-scorer"));
    }

    @Test
    void nodeScorersChangeNoGreedyText() {
        assertEquals(generate().out(), generate("--node-scorer").out());
        CommandRun run = CommandRun.of(
                "generate",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "-p",
                "Hello",
                "--mode",
                "lookup",
                "--node-scorer");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--node-scorer") && run.err().contains("found lookup"), run.err());
    }

    @Test
    void lookupBranchesChangeNoGreedyText() {
        assertEquals(generate().out(), generate("--lookup-branch").out());
        CommandRun run = CommandRun.of(
                "generate", "-m", files.model(), "-d", files.draft(), "-p", "Hello", "--chain", "2", "--lookup-branch");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--lookup-branch") && run.err().contains("found chain"), run.err());
    }

    @Test
    void evalComparesTreesWithAndWithoutDrawnChildren() throws IOException {
        List<String> policies = compared(
                "--temp",
                "1",
                "--mode",
                "plain,lookup,chain,static",
                "--chain",
                "2",
                "--static",
                "2/1",
                "--drawn-child",
                "0.7,1");
        assertEquals(
                List.of(
                        "plain",
                        "lookup 3/2",
                        "chain 2",
                        "chain 2 drawn at 0.7",
                        "chain 2 drawn",
                        "static 2/1",
                        "static 2/1 drawn at 0.7",
                        "static 2/1 drawn"),
                policies);
    }

    @Test
    void wrongTemperaturesAreWrongUsage() {
        CommandRun run = CommandRun.of(
                "generate", "-m", files.model(), "-d", files.draft(), "-p", "Hello", "--drawn-child", "0");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("--drawn-child") && run.err().contains("0.01"), run.err());
    }
}
