package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusIndexTest {
    private static final long ROW = 10;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() {
        file = folder.resolve("corpus.jsonl");
        try (CorpusIndex index = new CorpusIndex(file, ROW, 0)) {
            index.append(new CorpusSequence("a", new int[] {1, 2, 3}, 1, null, 0));
            index.append(new CorpusSequence("b", new int[] {4, 5, 6, 7}, 2, new int[] {-1, 9, 7, -1}, 30));
        }
    }

    private List<String> ids(long featureBytes) {
        try (CorpusIndex index = new CorpusIndex(file, ROW, featureBytes)) {
            return index.sequences().stream().map(CorpusSequence::id).toList();
        }
    }

    @Test
    void sequencesComeBackAsWritten() {
        try (CorpusIndex index = new CorpusIndex(file, ROW, 70)) {
            CorpusSequence a = index.find("a");
            CorpusSequence b = index.find("b");
            assertNull(a.argmax());
            assertArrayEquals(new int[] {2, 3, -1}, a.targetArgmax());
            assertArrayEquals(new boolean[] {false, true, true}, a.lossMask());
            assertArrayEquals(new int[] {4, 5, 6, 7}, b.tokens());
            assertArrayEquals(new int[] {-1, 9, 7, -1}, b.targetArgmax());
            assertEquals(30, b.offset());
            assertEquals(70, index.featureBytes());
        }
    }

    @Test
    void severalAnswersForeignTextsAndTextsWithoutFeaturesComeBackAsWritten() {
        Path other = folder.resolve("other.jsonl");
        CorpusSequence turns = new CorpusSequence(
                "turns",
                new int[] {1, 2, 3, 4, 5, 6},
                List.of(new ResponseSpan(1, 3), new ResponseSpan(4, 6)),
                false,
                new int[] {2, 9, -1, 5, 8, -1},
                40);
        CorpusSequence untrained =
                new CorpusSequence("untrained", new int[] {1, 2}, List.of(), true, null, CorpusSequence.NO_FEATURES);
        CorpusSequence bare = new CorpusSequence("bare", new int[] {1, 2, 3}, 2, null, CorpusSequence.NO_FEATURES);
        try (CorpusIndex index = new CorpusIndex(other, ROW, 100)) {
            List.of(turns, untrained, bare).forEach(index::append);
        }
        try (CorpusIndex index = new CorpusIndex(other, ROW, 100)) {
            assertEquals(
                    List.of("turns", "bare"),
                    index.sequences().stream().map(CorpusSequence::id).toList());
            CorpusSequence found = index.find("turns");
            assertEquals(turns.responses(), found.responses());
            assertFalse(found.own());
            assertArrayEquals(turns.argmax(), found.argmax());
            assertEquals(40, found.offset());
            assertEquals(List.of(), index.find("untrained").responses());
            assertEquals(bare.responses(), index.find("bare").responses());
            assertTrue(index.find("bare").own());
            assertEquals(100, index.featureBytes());
            assertEquals(4 + 1, index.responseTokens());
        }
        assertEquals(
                List.of("turns", "bare"),
                CorpusIndex.read(other, ROW, 100).stream()
                        .map(CorpusSequence::id)
                        .toList());
        assertEquals(List.of(), CorpusIndex.read(other, ROW, 99));
    }

    /** As version 1 wrote it. */
    @Test
    void oldLinesAreRead() throws IOException {
        Path old = Files.writeString(
                folder.resolve("old.jsonl"),
                "{\"id\":\"a\",\"promptLength\":2,\"offset\":0,\"tokens\":[5,6,7],\"argmax\":[-1,7,-1]}\n");
        CorpusSequence a = CorpusIndex.read(old, ROW, 30).get(0);
        assertEquals(List.of(new ResponseSpan(2, 3)), a.responses());
        assertTrue(a.own());
        assertEquals(0, a.offset());
    }

    @Test
    void spansThatMakeNoSenseAreAnErrorThatNamesTheLine() throws IOException {
        for (String spans : List.of("[[0,2]]", "[[1,1]]", "[[2,3],[1,2]]", "[[1,3],[2,3]]", "[[1,4]]")) {
            Files.writeString(file, "{\"id\":\"a\",\"own\":true,\"responses\":" + spans + ",\"tokens\":[5,6,7]}\n{}\n");
            GtoException e = assertThrows(GtoException.class, () -> ids(1000), spans);
            assertEquals(GtoException.Kind.FORMAT, e.kind());
            assertTrue(
                    e.getMessage().contains("corpus.jsonl line 1")
                            && e.getMessage().contains("within 1..3"),
                    e.getMessage());
        }
    }

    @Test
    void tornLineIsDropped() throws IOException {
        Files.writeString(file, Files.readString(file) + "{\"id\":\"c\",\"promptLength\":1,\"offset\":70,\"tok");
        assertEquals(List.of("a", "b"), ids(1000));
        assertTrue(Files.readString(file).endsWith("}\n"));
    }

    @Test
    void lineWithoutItsFeaturesIsDropped() {
        assertEquals(List.of("a"), ids(69));
        assertEquals(List.of("a"), ids(1000));
    }

    @Test
    void secondSequenceOfAnIdIsRefused() {
        try (CorpusIndex index = new CorpusIndex(file, ROW, 70)) {
            GtoException e = assertThrows(
                    GtoException.class, () -> index.append(new CorpusSequence("a", new int[] {1, 2}, 1, null, 70)));
            assertTrue(e.getMessage().contains("'a'"), e.getMessage());
        }
    }

    @Test
    void lineThatMakesNoSenseIsAnErrorThatNamesIt() throws IOException {
        Files.writeString(
                file,
                Files.readString(file)
                        + "{\"id\":\"c\",\"promptLength\":2,\"offset\":70,\"tokens\":[1,2]}\n{\"id\":\"d\"}\n");
        GtoException e = assertThrows(GtoException.class, () -> ids(1000));
        assertTrue(e.getMessage().contains("line 3") && e.getMessage().contains("promptLength 2"), e.getMessage());
    }

    /** Whatever stands in a field, the message names the line and the field. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"promptLength\":1,\"tokens\":[1,2]} | id",
                "{\"id\":7,\"promptLength\":1,\"tokens\":[1,2]} | id",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":\"12\"} | tokens",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,\"2\"]} | tokens",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2.5]} | tokens",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,null]} | tokens",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,3000000000]} | tokens",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[[1],[2]]} | tokens",
                "{\"id\":\"c\",\"promptLength\":1.5,\"tokens\":[1,2]} | promptLength",
                "{\"id\":\"c\",\"promptLength\":\"1\",\"tokens\":[1,2]} | promptLength",
                "{\"id\":\"c\",\"tokens\":[1,2]} | promptLength",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2],\"argmax\":7} | argmax",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2],\"argmax\":[1]} | argmax",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2],\"offset\":\"70\"} | offset",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2],\"offset\":-1} | offset",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2],\"offset\":69} | offset",
                "{\"id\":\"c\",\"promptLength\":1,\"tokens\":[1,2],\"offset\":1e2} | offset",
                "{\"id\":\"c\",\"own\":\"yes\",\"responses\":[],\"tokens\":[1,2]} | own",
                "{\"id\":\"c\",\"responses\":{\"0\":[1,2]},\"tokens\":[1,2]} | responses",
                "{\"id\":\"c\",\"responses\":[1,2],\"tokens\":[1,2]} | responses",
                "{\"id\":\"c\",\"responses\":[[\"1\",2]],\"tokens\":[1,2]} | responses",
                "{\"id\":\"c\",\"responses\":7,\"tokens\":[1,2]} | responses",
                "{\"id\":\"c\",\"source\":7,\"settings\":\"\",\"promptLength\":1,\"tokens\":[1,2]} | source",
                "{\"id\":\"c\",\"source\":\"ab\",\"promptLength\":1,\"tokens\":[1,2]} | settings",
                "{\"id\":\"a\",\"promptLength\":1,\"tokens\":[1,2]} | id"
            })
    void aFieldThatMakesNoSenseIsNamed(String line, String field) throws IOException {
        String before = Files.readString(file);
        Files.writeString(file, before + line + "\n");
        for (boolean append : new boolean[] {false, true}) {
            GtoException e = assertThrows(GtoException.class, () -> {
                if (append) {
                    ids(1000);
                } else {
                    CorpusIndex.read(file, ROW, 1000);
                }
            });
            assertEquals(GtoException.Kind.FORMAT, e.kind());
            assertTrue(
                    e.getMessage().contains("corpus.jsonl line 3")
                            && e.getMessage().contains(field),
                    e.getMessage());
        }
        assertEquals(before + line + "\n", Files.readString(file), "a line that is whole is never cut off");
    }

    /** An offset beyond the file in the middle is a wrong number, not a torn end: what follows must not be cut off. */
    @Test
    void aLineInTheMiddleWithoutFeaturesIsAnError() throws IOException {
        String whole = Files.readString(file);
        for (String offset : List.of("500", "9223372036854775800")) {
            String damaged = whole.replace("\"offset\":0", "\"offset\":" + offset);
            Files.writeString(file, damaged);
            GtoException e = assertThrows(GtoException.class, () -> ids(70));
            assertTrue(e.getMessage().contains("line 1") && e.getMessage().contains("offset"), e.getMessage());
            assertEquals(damaged, Files.readString(file));
        }
    }

    @Test
    void aCorpusWithoutItsFeaturesFileIsRefusedAndKept() throws IOException {
        String before = Files.readString(file);
        GtoException e = assertThrows(GtoException.class, () -> ids(0));
        assertTrue(
                e.getMessage().contains("features.f16") && e.getMessage().contains("corpus.jsonl line 1"),
                e.getMessage());
        assertEquals(before, Files.readString(file));
    }

    /** A writer may append while lines are read: the features of a line that can be seen are there. */
    @Test
    void theFeaturesFileIsAskedAgainWhenALineNeedsMore() {
        long[] size = {30};
        List<CorpusSequence> sequences = CorpusIndex.reading(file, ROW, () -> {
                    long now = size[0];
                    size[0] = 70;
                    return now;
                })
                .sequences();
        assertEquals(
                List.of("a", "b"), sequences.stream().map(CorpusSequence::id).toList());
    }

    @Test
    void whatATextWasMadeFromComesBackAsWritten() {
        Path other = folder.resolve("provenance.jsonl");
        CorpusSequence text = new CorpusSequence(
                "a",
                new int[] {1, 2, 3},
                List.of(new ResponseSpan(1, 3)),
                true,
                null,
                0,
                new Provenance("abc", "greedy"));
        try (CorpusIndex index = new CorpusIndex(other, ROW, 0)) {
            index.append(text);
        }
        assertEquals(
                new Provenance("abc", "greedy"),
                CorpusIndex.read(other, ROW, 30).get(0).provenance());
    }
}
