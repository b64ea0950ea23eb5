package org.gto4j.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.gto4j.error.GtoException;
import org.gto4j.io.FileKind;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a source file as bytes, with where they begin. A line ends with a line feed, a carriage return or both; the
 * last one with the file.
 */
final class SourceLines {
    /**
     * Larger than any text that is of use, and no more than the heap takes beside what becomes of it: a file without an
     * end ends.
     */
    private static final int LONGEST =
            (int) Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 8);

    private final String name;
    private final InputStream input;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int filled;
    /** Bytes of the file before the buffer. */
    private long before;

    private long start;
    private int number;

    /**
     * @param name of the file, for messages
     * @throws GtoException FORMAT: the file isn't text in UTF-8; names it and what it is
     */
    SourceLines(String name, InputStream input) throws IOException {
        this.name = name;
        this.input = input;
        filled = input.readNBytes(buffer, 0, FileKind.HEAD);
        String kind = FileKind.notText(Arrays.copyOf(buffer, filled));
        if (kind != null) {
            throw new GtoException(GtoException.Kind.FORMAT, name + ": expected text in UTF-8, found " + kind);
        }
    }

    /** The next line, a byte order mark before the first left out; null behind the last. */
    byte @Nullable [] next() throws IOException {
        if (!more()) {
            return null;
        }
        byte[] line = read(true);
        boolean carriageReturn = more() && buffer[at++] == '\r';
        if (carriageReturn && more() && buffer[at] == '\n') {
            at++;
        }
        return line;
    }

    /** All that is left, as one line. */
    byte[] rest() throws IOException {
        return read(false);
    }

    /** Of the last line, from 1. */
    int number() {
        return number;
    }

    /** Bytes before the last line. */
    long start() {
        return start;
    }

    private byte[] read(boolean toLineEnd) throws IOException {
        number++;
        start = before + at;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean ended = false;
        while (!ended && more()) {
            int from = at;
            while (at < filled && !(toLineEnd && (buffer[at] == '\n' || buffer[at] == '\r'))) {
                at++;
            }
            if (line.size() + at - from > LONGEST) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        name + " line " + number + ": expected at most " + LONGEST
                                + " bytes (an eighth of the heap, -Xmx, up to 256 MiB), found more");
            }
            line.write(buffer, from, at - from);
            ended = at < filled;
        }
        return withoutMark(line.toByteArray());
    }

    private byte[] withoutMark(byte[] line) {
        if (number == 1
                && line.length >= 3
                && line[0] == (byte) 0xEF
                && line[1] == (byte) 0xBB
                && line[2] == (byte) 0xBF) {
            start += 3;
            return Arrays.copyOfRange(line, 3, line.length);
        }
        return line;
    }

    /** Whether there is another byte; it is in the buffer then. */
    private boolean more() throws IOException {
        if (at < filled) {
            return true;
        }
        before += filled;
        at = 0;
        filled = Math.max(0, input.read(buffer));
        return filled > 0;
    }
}
