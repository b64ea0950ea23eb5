package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gto4j.error.GtoException;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.Reward;
import org.gto4j.gto.TreeGradientOptions;
import org.gto4j.lab.experiment.Arm;
import org.gto4j.train.Budget;
import org.gto4j.train.TrainingOptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExperimentFileTest {
    private static final String GOOD = """
        {"model": "model.gguf", "corpus": "corpus", "held-back": "held", "out": "out", "control": "plain", "steps": 20, "tree": "8/3/3", "chain": 4, "texts": 7,
         "defaults": {"from": "draft.gguf", "lr": 1e-4, "seed": 3},
         "arms": [{"name": "plain", "phase": 1},
                  {"name": "gto", "phase": 2, "reward": "exact", "group-size": 4, "group-share": 0.25, "omega": 0.3, "lr": 2e-5, "no-reference": true}]}
        """;

    @TempDir
    Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String file : List.of("model.gguf", "draft.gguf", "corpus/corpus.json", "held/corpus.json")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "");
        }
    }

    private ExperimentFile read(String text) throws IOException {
        return ExperimentFile.read(Files.writeString(folder.resolve("file.json"), text));
    }

    @Test
    void armsTakeTheOptionsOfTrain() throws IOException {
        ExperimentFile file = read(GOOD);
        assertEquals(folder.resolve("model.gguf"), file.model());
        assertEquals(
                "tree 8/3/3, chain 4, 7, 0.02",
                file.tree().name() + ", " + file.chain().name() + ", " + file.texts() + ", "
                        + file.run().validation());
        Arm plain = file.arms().get(0);
        Arm gto = file.arms().get(1);
        GroupOptions groups = (GroupOptions) gto.objective();
        assertEquals(Budget.steps(20), plain.options().budget());
        assertEquals(Budget.steps(20), gto.options().budget());
        assertEquals(1e-4f, plain.options().learningRate().peak());
        assertEquals(2e-5f, gto.options().learningRate().peak());
        assertEquals(3, gto.options().seed());
        assertEquals(folder.resolve("draft.gguf"), gto.from());
        assertEquals(
                List.of(Reward.EXACT, 4, 0.25, 0.3, false, 3),
                List.of(
                        groups.reward(),
                        groups.groupSize(),
                        groups.share(),
                        groups.omega(),
                        groups.reference(),
                        groups.tree().depth()));
    }

    @Test
    void aTreeGradientTakesItsOwnOptions() throws IOException {
        String arm =
                "\"reward\": \"exact\", \"group-size\": 4, \"group-share\": 0.25, \"omega\": 0.3, \"lr\": 2e-5, \"no-reference\": true";
        assertTrue(GOOD.contains(arm));
        TreeGradientOptions gradient = (TreeGradientOptions) read(GOOD.replace(
                        arm,
                        "\"objective\": \"tree-gradient\", \"bandwidth\": 0.2, \"candidates\": 3, \"reward\": \"greedy\", \"omega\": 2, \"group-share\": 0.5"))
                .arms()
                .get(1)
                .objective();
        assertEquals(
                List.of(Reward.GREEDY, 0.2, 3.0, 2.0, 0.5, 8, 24),
                List.of(
                        gradient.reward(),
                        gradient.bandwidth(),
                        gradient.candidates(),
                        gradient.omega(),
                        gradient.share(),
                        gradient.groupSize(),
                        gradient.candidateTree().nodes()));
        assertEquals(
                Reward.EXACT,
                ((TreeGradientOptions) read(GOOD.replace(arm, "\"objective\": \"tree-gradient\""))
                                .arms()
                                .get(1)
                                .objective())
                        .reward());
    }

    @Test
    void whoSetEachFieldIsKept() throws IOException {
        ExperimentFile.SetBy setBy = read(GOOD).setBy();
        assertEquals("file file.json", setBy.fields().get("texts"));
        assertEquals("default", setBy.fields().get("limit"));
        assertEquals("default", setBy.arms().get("plain").get("omega"));
        assertEquals("file file.json", setBy.arms().get("gto").get("omega"));
        assertEquals("file file.json", setBy.arms().get("plain").get("lr"), "in defaults");
        Arm plain = read(GOOD).arms().get(0);
        assertEquals("file file.json", plain.setBy().get("lr"));
        assertEquals(
                Map.of("from", "draft.gguf", "tree", "8/3/3", "steps", "20", "lr", "0.0001", "seed", "3"),
                plain.changed());
        assertFalse(plain.setBy().containsKey("omega"), "of phase 2");
    }

    @Test
    void theCurriculumOfPassesIsAnOption() throws IOException {
        ExperimentFile file = read(GOOD.replace(
                        "\"plain\", \"phase\": 1",
                        "\"plain\", \"phase\": 1, \"steps-ttt\": 5, \"early-ttt\": 3, \"early-share\": 0.5")
                .replace("\"phase\": 2", "\"phase\": 2, \"steps-ttt\": 4"));
        TrainingOptions plain = file.arms().get(0).options();
        TrainingOptions gto = file.arms().get(1).options();
        assertEquals(List.of(3, 0.5, 5), List.of(plain.earlyPasses(), plain.earlyFraction(), plain.passes()));
        assertEquals(List.of(4, 0.0, 4), List.of(gto.earlyPasses(), gto.earlyFraction(), gto.passes()));
    }

    @Test
    void optionsOfTheTokenLossAreOptionsOfArms() throws IOException {
        ExperimentFile file =
                read(GOOD.replace("\"plain\", \"phase\": 1", "\"plain\", \"phase\": 1, \"miss-decay\": 0.5")
                        .replace("\"phase\": 2", "\"phase\": 2, \"hard-label-share\": 0.3"));
        TrainingOptions plain = file.arms().get(0).options();
        TrainingOptions gto = file.arms().get(1).options();
        assertEquals(List.of(0.5f, 0f), List.of(plain.missDecay(), plain.loss().hardLabelShare()));
        assertEquals(List.of(1f, 0.3f), List.of(gto.missDecay(), gto.loss().hardLabelShare()));
        assertEquals("0.5", file.arms().get(0).changed().get("miss-decay"));
    }

    /** Each line changes one thing in the good file. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"omega\": 0.3 | \"omgea\": 0.3 | arm 'gto', field omgea: expected one of the fields | found an unknown field",
                "\"omega\": 0.3 | \"omega\": \"much\" | arm 'gto', field omega: expected a number | found 'much'",
                "\"omega\": 0.3 | \"omega\": [{}] | arm 'gto', field omega: expected a number or a text | found {}",
                "\"omega\": 0.3 | \"early-ttt\": 8 | arm 'gto', training option earlyPasses: expected 1..7 | found 8",
                "\"reward\": \"exact\" | \"reward\": \"best\" | arm 'gto', field reward: expected one of [lse, max, mean, exact, greedy] | found 'best'",
                "\"group-size\": 4 | \"group-size\": 1 | arm 'gto', field group-size: expected a whole number of at least 2 | found '1'",
                "\"omega\": 0.3 | \"keep-top-k\": 3 | arm 'gto', training option keepTopK: expected 0 or more than the tree's top-k 3 | found 3",
                "\"omega\": 0.3 | \"bandwidth\": 3 | arm 'gto', field bandwidth: goes with objective tree-gradient | alone",
                "\"omega\": 0.3 | \"objective\": \"tree-gradient\" | arm 'gto', field no-reference: goes with objective gto | alone",
                "\"reward\": \"exact\" | \"reward\": \"mean\", \"objective\": \"best\" | arm 'gto', field objective: expected one of [gto, tree-gradient] | found 'best'",
                "\"omega\": 0.3 | \"miss-decay\": 0 | arm 'gto', field miss-decay: expected a number above 0 and at most 1 | found '0'",
                "\"omega\": 0.3 | \"hard-label-share\": 1.5 | arm 'gto', field hard-label-share: expected a number of 0 to 1 | found '1.5'",
                "\"omega\": 0.3 | \"minutes\": 3 | arm 'gto', field minutes: expected no budget of an arm's own | found 3",
                "\"no-reference\": true | \"no-reference\": 1 | arm 'gto', field no-reference: expected true or false | found 1",
                "{\"name\": \"plain\", \"phase\": 1} | {\"name\": \"plain\"} | arm 'plain', field phase: expected 0 (the draft as it is), 1 or 2 | found nothing",
                "{\"name\": \"plain\", \"phase\": 1} | {\"phase\": 1} | arm 1, field name: expected a name | found nothing",
                "{\"name\": \"plain\", \"phase\": 1} | {\"name\": \"a/b\", \"phase\": 1} | arm 'a/b', field name: expected letters | found a/b",
                "\"name\": \"gto\" | \"name\": \"plain\" | arm 'plain', field name: expected names that differ | found 'plain' again",
                "\"phase\": 2 | \"phase\": 3 | arm 'gto', field phase: expected 0, 1 or 2 | found '3'",
                "\"from\": \"draft.gguf\" | \"from\": \"none.gguf\" | arm 'plain', field from: expected an existing file | none.gguf",
                "\"from\": \"draft.gguf\", | `` | arm 'gto', field from: expected the draft that phase 2 starts from | found nothing",
                "\"control\": \"plain\" | \"control\": \"base\" | file.json: field control: expected the name of an arm, one of [plain, gto] | found 'base'",
                "\"held-back\": \"held\" | \"held-back\": \"elsewhere\" | file.json: field held-back: expected an existing folder with corpus.json | elsewhere",
                "\"steps\": 20, | `` | file.json: field minutes, cpu-minutes, steps or epochs: expected one of them | found nothing",
                "\"steps\": 20 | \"steps\": 20, \"epochs\": 1 | file.json: field minutes, cpu-minutes, steps or epochs: expected one of them | found {",
                "\"steps\": 20 | \"steps\": 0.5 | arm 'plain', field steps: expected a whole number of at least 1 | found '0.5'",
                "\"held-back\": \"held\" | \"validation\": 0 | file.json: field validation: expected a share above 0 | found '0'",
                "\"texts\": 7 | \"prompts\": \"none.jsonl\" | file.json: | none.jsonl: no such file",
                "\"texts\": 7 | \"text\": 7 | file.json: field text: expected one of the fields | found an unknown field",
                "\"tree\": \"8/3/3\" | \"tree\": \"8x3\" | field tree: expected nodes/depth/top-k | found '8x3'",
                "\"chain\": 4, | \"chain\": 4, \"chain\": 5, | file.json: expected JSON, found the field \"chain\" twice in line | chain",
                "\"seed\": 3 | \"seed\": 3, \"se\\u0065d\": 4 | file.json: expected JSON, found the field \"seed\" twice in line 2 | seed",
                "1e-4 | NaN | file.json: expected JSON, found NaN, which JSON doesn't have, | in line 2",
                "1e-4 | '1e-4' | file.json: expected JSON, found a single quote | in line 2",
                "1e-4 | 1e-4, | file.json: expected JSON | in line 2",
                "\"held-back\": \"held\" | \"held-back\": [] | field held-back: expected a number, a text or an array of them that is not empty | found []",
                "\"held-back\": \"held\" | \"held-back\": \"a\\ud83d\" | field held-back: expected a text of whole characters | \\ud83d",
                "\"held-back\": \"held\" | \"held-back\": \"a\\u0000\" | field held-back: expected a text of whole characters without U+0000 | a",
                "\"texts\": 7 | \"texts\": null | field texts: expected a number or a text | found null",
            })
    void oneWrongFieldIsNamed(String good, String bad, String message, String found) throws IOException {
        assertTrue(GOOD.contains(good), good);
        GtoException wrong = assertThrows(GtoException.class, () -> read(GOOD.replace(good, bad)));
        assertTrue(wrong.getMessage().startsWith(folder.resolve("file.json") + ": "), wrong.getMessage());
        assertTrue(wrong.getMessage().contains(message) && wrong.getMessage().contains(found), wrong.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "UTF-16LE | ä | expected text in UTF-8, found UTF-16LE",
                        "UTF-32BE | ä | expected text in UTF-8, found UTF-32BE",
                "ISO-8859-1 | ä | line 2: expected text in UTF-8, found the byte 0xE4 at offset",
                        "UTF-8 | [1] | found more behind its end: '[1]'",
                "UTF-8 | // end | found more behind its end: '// end'",
            })
    void filesThatAreNotJsonInUtf8AreNamed(String encoding, String behind, String found) throws IOException {
        Path file = Files.write(folder.resolve("file.json"), ("{}\n" + behind).getBytes(encoding));
        GtoException wrong = assertThrows(GtoException.class, () -> ExperimentFile.read(file));
        assertTrue(
                wrong.getMessage().startsWith(file.toString())
                        && wrong.getMessage().contains(found),
                wrong.getMessage());
    }

    @Test
    void whatIsNoObjectIsNamed() throws IOException {
        for (String text :
                List.of("", " \n", "[]", "null", "7", "{\"a\": ".repeat(3000), "{\"a\": " + "1".repeat(5000) + "}")) {
            GtoException wrong = assertThrows(GtoException.class, () -> read(text));
            assertTrue(wrong.getMessage().startsWith(folder.resolve("file.json") + ": expected"), wrong.getMessage());
            assertTrue(
                    !wrong.getMessage().contains("Stream") && wrong.getMessage().length() < 300, wrong.getMessage());
        }
        assertTrue(assertThrows(GtoException.class, () -> ExperimentFile.read(folder))
                .getMessage()
                .contains("found a folder"));
        assertTrue(read("\uFEFF" + GOOD).arms().size() == 2);
    }
}
