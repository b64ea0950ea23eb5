package org.gto4j.lab.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.data.Prompt;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.DecodingMethod;
import org.gto4j.lab.eval.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityResultTest {
    private static final DecodingMethod CHAIN = new DecodingMethod("gto", Mode.CHAIN, "chain 3");
    private static final ParityCheck SAME =
            new ParityCheck(DecodingMethod.plain(), "set", "1", 128, -1, 0, 0, 0, 0, new Rounding(31, 1, 0.04));
    private static final ParityCheck NEAR =
            new ParityCheck(CHAIN, "set", "1", 17, 17, 5, PlainReference.END, 0.03, 0, new Rounding(31, 1, 0.04));
    private static final ParityCheck FAR =
            new ParityCheck(CHAIN, "set", "2", 4, 4, 9, 10, 0.8, 0, new Rounding(30, 2, 0.5));

    @Test
    void aDifferenceFailsAboveTheTie() {
        assertFalse(SAME.fails(0) || SAME.differs());
        assertTrue(NEAR.fails(0) && NEAR.fails(0.02));
        assertFalse(NEAR.fails(0.03) || NEAR.fails(0.1));
        assertTrue(FAR.fails(0.1));
        assertTrue(
                new ParityCheck(CHAIN, "set", "3", 4, 4, 9, 10, 0, 0, Rounding.NONE).fails(0),
                "a tie of 0 excuses nothing, not even equal logits");
    }

    @Test
    void aBatchIsAWayOfItsOwn() {
        DecodingMethod batch = CHAIN.inBatches(8);
        assertEquals("8 x chain 3 gto", batch.label());
        ParityResult result = ParityResult.of(
                List.of(FAR, new ParityCheck(batch, "set", "2", 9, -1, 0, 0, 0, 0, Rounding.NONE)), 0, 0);
        assertEquals(2, result.toJson().path("ways").size());
        assertEquals(0, result.toJson().path("ways").get(1).path("failing").asInt());
    }

    @Test
    void optionsHaveRanges() {
        assertThrows(GtoException.class, () -> new ParityOptions(-0.1, List.of(1), true));
        assertThrows(GtoException.class, () -> new ParityOptions(Double.NaN, List.of(1), true));
        assertThrows(GtoException.class, () -> new ParityOptions(0, List.of(), true));
        assertEquals(new ParityOptions(0, List.of(1), false), ParityOptions.greedy(false));
    }

    @Test
    void sumsUp() {
        ParityResult result = ParityResult.of(List.of(SAME, NEAR, FAR), 0, 0.1);
        assertEquals(List.of(NEAR, FAR), result.differences());
        assertEquals(List.of(FAR), result.failures());
        assertEquals(0.8, result.widestGap());
        assertEquals("3 texts, 149 tokens: 2 differ, 1 of them not at a near-tie (gap above 0.1000)", result.summary());
        JsonNode json = result.toJson();
        assertEquals(1, json.path("failing").asInt());
        assertEquals(1, json.path("identical").asInt());
        assertEquals("chain", json.path("ways").get(1).path("mode").asText());
        assertEquals(2, json.path("ways").size());
        assertEquals(128, json.path("ways").get(0).path("tokens").asInt());
        assertEquals(FAR, ParityCheck.of(json.path("differences").get(1)));
    }

    @Test
    void aNearTieIsWhatTheTargetsOwnRoundingMoves() {
        ParityResult result = ParityResult.of(List.of(SAME, NEAR, FAR), 0);
        assertEquals(new Rounding(61, 3, 0.5), result.rounding(), "both ways of prompt 1 carry the same measurement");
        assertEquals(0.5, result.tie());
        assertEquals(List.of(FAR), result.failures(), "a walk that takes another token at a wide gap is found out");
        ParityResult again = ParityResult.of(List.of(SAME, NEAR, FAR.withMoved(0.7)), 0);
        assertEquals(1, again.failures().size(), "the target's own passes move that gap by less");
        assertEquals(
                again.failures(),
                List.of(ParityCheck.of(again.toJson().path("differences").get(1))));
        assertTrue(
                ParityResult.of(List.of(SAME, NEAR, FAR.withMoved(0.9)), 0)
                        .failures()
                        .isEmpty(),
                "they move it by more");
        ParityCheck unmeasured = new ParityCheck(CHAIN, "set", "4", 4, 4, 9, 10, 1e-6, 0, Rounding.NONE);
        assertEquals(
                List.of(unmeasured),
                ParityResult.of(List.of(unmeasured), 0).failures(),
                "nothing measured excuses nothing");
    }

    @Test
    void differencesThatComeMoreOftenThanRoundingFailWhereverTheyAre() {
        Rounding rare = new Rounding(31, 0, 0.04);
        List<ParityCheck> few = new ArrayList<>();
        List<ParityCheck> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Rounding rounding = i < 50 ? new Rounding(31, 1, 0.04) : rare;
            ParityCheck same = new ParityCheck(CHAIN, "set", "" + i, 64, -1, 0, 0, 0, 0, rounding);
            ParityCheck near = new ParityCheck(CHAIN, "set", "" + i, 20, 20, 5, 6, 0.01, 0, rounding);
            few.add(i < 40 ? near : same);
            many.add(new ParityCheck(CHAIN, "set", "" + i, 5, 5, 5, 6, 0.01, 0, rounding));
        }
        assertTrue(
                ParityResult.of(few, 0).passes(),
                "40 of 4680 positions; 50 of 3100 by the target's own rounding: "
                        + ParityResult.of(few, 0).toJson().path("chance"));
        assertTrue(ParityResult.of(many, 0).failures().isEmpty(), "all at near-ties");
        assertFalse(ParityResult.of(many, 0).passes(), "100 of 600 positions");
        assertTrue(
                ParityResult.of(many, 0)
                        .summary()
                        .endsWith(
                                ": 100 differ, 0 of them not at a near-tie (gap above 0.0400), but more often than it explains"),
                ParityResult.of(many, 0).summary());
    }

    @Test
    void sampledTextsDifferAnywhereIfRoundingMovesAnything() {
        ParityCheck drawn = new ParityCheck(CHAIN, "set", "1", 50, 50, 5, 6, 0, 0, new Rounding(31, 1, 0.04));
        ParityResult rounded = ParityResult.of(List.of(SAME, drawn), 0.8);
        assertTrue(rounded.passes());
        assertEquals(
                "2 texts, 178 tokens: 1 differ, which the target's rounding can do to sampled texts",
                rounded.summary());
        assertEquals(0.8, rounded.toJson().path("temperature").asDouble());
        assertFalse(ParityResult.of(List.of(SAME, drawn), 0.8, 0).passes(), "somebody asked for none");
        ParityResult exact = ParityResult.of(
                List.of(SAME, drawn).stream()
                        .map(check -> check.withRounding(new Rounding(31, 0, 0)))
                        .toList(),
                0.8);
        assertFalse(exact.passes(), "rounding that moves nothing explains nothing");
        assertEquals("2 texts, 178 tokens: 1 differ, none may", exact.summary());
        assertEquals(
                "1 texts, 128 tokens: all identical",
                ParityResult.of(List.of(SAME), 0.8).summary());
    }

    @Test
    void comparisonsOfAnotherPromptUnderTheSameNameDoNotCount(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("parity.jsonl");
        ObjectNode run = JsonNodeFactory.instance.objectNode().put("max_tokens", 128);
        List<Dataset> one =
                List.of(new Dataset(SAME.dataset(), List.of(new Prompt(SAME.prompt(), "general", List.of("one")))));
        List<Dataset> other =
                List.of(new Dataset(SAME.dataset(), List.of(new Prompt(SAME.prompt(), "general", List.of("other")))));
        try (ParityLog log = ParityLog.open(file, run, one)) {
            log.add(SAME);
        }
        try (ParityLog log = ParityLog.open(file, run, other)) {
            assertEquals(List.of(), log.known());
        }
        Files.writeString(file, Files.readString(file) + "{\"draft\":7}\nnull\n{\"torn");
        try (ParityLog log = ParityLog.open(file, run, one)) {
            assertEquals(List.of(SAME), log.known());
        }
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void aLogGoesOnUnlessItIsOfAnotherRun(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("parity.jsonl");
        ObjectNode run = JsonNodeFactory.instance.objectNode().put("max_tokens", 128);
        try (ParityLog log = ParityLog.open(file, run)) {
            assertTrue(log.known().isEmpty());
            log.add(SAME);
            log.add(FAR);
        }
        Files.writeString(file, Files.readString(file) + "{\"torn");
        try (ParityLog log = ParityLog.open(file, run)) {
            assertEquals(List.of(SAME, FAR), log.known());
            log.add(NEAR);
        }
        ParityCheck measured = FAR.withRounding(new Rounding(31, 4, 0.9));
        try (ParityLog log = ParityLog.open(file, run)) {
            assertEquals(List.of(SAME, FAR, NEAR), log.known());
            log.add(measured);
        }
        try (ParityLog log = ParityLog.open(file, run)) {
            assertEquals(List.of(SAME, measured, NEAR), log.known(), "what was told last of the same text and way");
        }
        ObjectNode other = JsonNodeFactory.instance.objectNode().put("max_tokens", 64);
        GtoException e = assertThrows(GtoException.class, () -> ParityLog.open(file, other));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(
                e.getMessage().contains(file.toString())
                        && e.getMessage().contains("128")
                        && e.getMessage().contains("64"),
                e.getMessage());
        assertEquals(5, Files.readAllLines(file).size(), "the file is as it was");
    }
}
