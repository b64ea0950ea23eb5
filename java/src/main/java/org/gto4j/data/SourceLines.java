package org.gto4j.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import org.gto4j.GtoException;
import org.gto4j.io.FileKind;
import org.jspecify.annotations.Nullable;

/** Lines of a source file as bytes, with where they begin. A line ends with a line feed, a carriage return or both; the last one with the file. */
final class SourceLines {
    /** Larger than any text that is of use, so that a file without an end ends. */
    private static final int LONGEST = 256 << 20;

    private final String name;
    private final InputStream input;
    private long offset;
    private long start;
    private int number;

    /**
     * @param name of the file, for messages
     * @throws GtoException FORMAT: the file isn't text in UTF-8; names it and what it is
     */
    SourceLines(String name, InputStream input) throws IOException {
        this.name = name;
        this.input = new BufferedInputStream(input, 1 << 16);
        this.input.mark(FileKind.HEAD);
        String kind = FileKind.notText(this.input.readNBytes(FileKind.HEAD));
        this.input.reset();
        if (kind != null) {
            throw new GtoException(GtoException.Kind.FORMAT, name + ": expected text in UTF-8, found " + kind);
        }
    }

    /** The next line, a byte order mark before the first left out; null behind the last. */
    byte @Nullable [] next() throws IOException {
        start = offset;
        int b = read();
        if (b < 0) {
            return null;
        }
        number++;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (; b >= 0 && b != '\n' && b != '\r'; b = read()) {
            add(line, b);
        }
        if (b == '\r') {
            skipLineFeed();
        }
        return withoutMark(line.toByteArray());
    }

    /** All that is left, as one line. */
    byte[] rest() throws IOException {
        start = offset;
        number++;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int b = read(); b >= 0; b = read()) {
            add(all, b);
        }
        return withoutMark(all.toByteArray());
    }

    /** Of the last line, from 1. */
    int number() {
        return number;
    }

    /** Bytes before the last line. */
    long start() {
        return start;
    }

    private void add(ByteArrayOutputStream line, int b) {
        if (line.size() == LONGEST) {
            throw new GtoException(GtoException.Kind.FORMAT, name + " line " + number + ": expected at most " + LONGEST + " bytes, found more");
        }
        line.write(b);
    }

    private byte[] withoutMark(byte[] line) {
        if (number == 1 && line.length >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF) {
            start += 3;
            return Arrays.copyOfRange(line, 3, line.length);
        }
        return line;
    }

    private int read() throws IOException {
        int b = input.read();
        offset += b < 0 ? 0 : 1;
        return b;
    }

    private void skipLineFeed() throws IOException {
        input.mark(1);
        if (input.read() == '\n') {
            offset++;
        } else {
            input.reset();
        }
    }
}
