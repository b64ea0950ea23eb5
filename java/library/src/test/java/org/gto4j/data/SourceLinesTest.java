package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

class SourceLinesTest {
    /** Hands out a few bytes at a time, as pipes do. */
    private static InputStream slow(byte[] bytes, Random random) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, 1 + random.nextInt(5000)));
            }
        };
    }

    @Test
    void linesAndOffsetsAreThoseOfTheFile() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            StringBuilder file = new StringBuilder();
            List<String> lines = new ArrayList<>();
            List<Long> starts = new ArrayList<>();
            int count = random.nextInt(20);
            for (int i = 0; i < count; i++) {
                String line = "xy".repeat(random.nextInt(4) == 0 ? random.nextInt(40_000) : random.nextInt(5));
                String end = i == count - 1 && !line.isEmpty() && random.nextBoolean()
                        ? ""
                        : List.of("\n", "\r\n", "\r").get(random.nextInt(3));
                starts.add((long) file.length());
                file.append(line).append(end);
                if (end.equals("\r")) {
                    // else an empty line that ends with a line feed would be one with this
                    file.append("z\n");
                    lines.add(line);
                    starts.add((long) file.length() - 2);
                    lines.add("z");
                } else {
                    lines.add(line);
                }
            }
            SourceLines read = new SourceLines("file", slow(file.toString().getBytes(StandardCharsets.UTF_8), random));
            for (int i = 0; i < lines.size(); i++) {
                assertEquals(lines.get(i), new String(read.next(), StandardCharsets.UTF_8));
                assertEquals(i + 1, read.number());
                assertEquals(starts.get(i), read.start());
            }
            assertEquals(null, read.next());
        }
    }

    @Test
    void aLineWithoutAnEndEnds() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                Arrays.fill(to, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        SourceLines lines = new SourceLines("endless", endless);
        GtoException e = assertThrows(GtoException.class, lines::next);
        assertTrue(e.getMessage().startsWith("endless line 1: expected at most "), e.getMessage());
    }
}
