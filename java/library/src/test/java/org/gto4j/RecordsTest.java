package org.gto4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.data.MaskedTokens;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DecodingTimes;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.Test;

/** Records that hold arrays are equal by their contents, and can be read. */
class RecordsTest {
    private static List<Class<?>> publicRecords() throws Exception {
        Path classes = Path.of(Generation.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<Class<?>> records = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(
                            file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
                    .toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                Class<?> type = Class.forName(name, false, RecordsTest.class.getClassLoader());
                if (type.isRecord() && Modifier.isPublic(type.getModifiers())) {
                    records.add(type);
                }
            }
        }
        return records;
    }

    private static boolean holdsArray(RecordComponent component) {
        return component.getGenericType().getTypeName().contains("[]");
    }

    /** What the compiler writes for a record is final; what we write isn't. */
    private static boolean isOurs(Class<?> type, String method, Class<?>... parameters) throws NoSuchMethodException {
        return !Modifier.isFinal(type.getMethod(method, parameters).getModifiers());
    }

    @Test
    void everyPublicRecordWithAnArrayComparesContents() throws Exception {
        List<Class<?>> records = publicRecords();
        assertTrue(records.size() > 40, records.size() + " records");
        List<String> left = new ArrayList<>();
        for (Class<?> type : records) {
            boolean arrays = Arrays.stream(type.getRecordComponents()).anyMatch(RecordsTest::holdsArray);
            if (arrays
                    && !(isOurs(type, "toString")
                            && isOurs(type, "hashCode")
                            && isOurs(type, "equals", Object.class))) {
                left.add(type.getName());
            }
        }
        assertEquals(List.of(), left);
        assertFalse(
                isOurs(ChatMessage.class, "toString"), "a record without arrays: what the compiler writes is final");
    }

    @Test
    void contentsAreComparedAndShown() {
        Generation.Statistics statistics = new Generation.Statistics(
                2, 1, new int[] {1}, new int[] {4}, new long[] {7}, 0, 1, 2, 3, 4, DecodingTimes.NONE);
        Generation one = new Generation(new int[] {5, 6}, "hi", Generation.FinishReason.MAX_TOKENS, statistics);
        Generation same = new Generation(
                new int[] {5, 6},
                "hi",
                Generation.FinishReason.MAX_TOKENS,
                new Generation.Statistics(
                        2, 1, new int[] {1}, new int[] {4}, new long[] {7}, 0, 1, 2, 3, 4, DecodingTimes.NONE));
        assertEquals(one, same);
        assertEquals(one.hashCode(), same.hashCode());
        assertNotEquals(one, new Generation(new int[] {5, 7}, "hi", Generation.FinishReason.MAX_TOKENS, statistics));
        assertTrue(
                one.toString()
                        .startsWith(
                                "Generation[tokens=[5, 6], text=hi, reason=MAX_TOKENS, statistics=Statistics[tokens=2, cycles=1, acceptedPerCycle=[1], "),
                one.toString());
        assertFalse(one.toString().contains("@"), one.toString());
    }

    @Test
    void longArraysAreCutAndEmptyOnesShown() {
        MaskedTokens text = new MaskedTokens("a", IntStream.range(0, 1000).toArray(), List.of());
        assertEquals(
                "MaskedTokens[id=a, tokens=[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, ... 1000 in all], responses=[]]",
                text.toString());
        assertEquals(
                "DraftTree[tokens=[], parents=[], logProbs=[], scores=[]]",
                DraftTree.empty().toString());
        assertEquals(
                new DraftTree(new int[] {1}, new int[] {-1}, new float[] {Float.NEGATIVE_INFINITY}, new float[] {-0f}),
                new DraftTree(new int[] {1}, new int[] {-1}, new float[] {Float.NEGATIVE_INFINITY}, new float[] {-0f}));
    }
}
