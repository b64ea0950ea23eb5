package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.gto4j.GtoException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            GtoException e = assertThrows(GtoException.class, () -> index.append(new CorpusSequence("a", new int[] {1, 2}, 1, null, 70)));
            assertTrue(e.getMessage().contains("'a'"), e.getMessage());
        }
    }

    @Test
    void lineThatMakesNoSenseIsAnErrorThatNamesIt() throws IOException {
        Files.writeString(file, Files.readString(file) + "{\"id\":\"c\",\"promptLength\":2,\"offset\":70,\"tokens\":[1,2]}\n{\"id\":\"d\"}\n");
        GtoException e = assertThrows(GtoException.class, () -> ids(1000));
        assertTrue(e.getMessage().contains("line 3") && e.getMessage().contains("promptLength 2"), e.getMessage());
    }
}
