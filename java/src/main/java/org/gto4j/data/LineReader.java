package org.gto4j.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

import org.jspecify.annotations.Nullable;

/** Lines of a file with the byte offset after each; a last line without newline is not a line. */
final class LineReader {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).flip();
    private long offset;

    LineReader(FileChannel channel) {
        this.channel = channel;
    }

    /** The next line without its newline, or null at the end. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (fill()) {
            byte b = buffer.get();
            if (b == '\n') {
                offset += line.size() + 1;
                return line.toByteArray();
            }
            line.write(b);
        }
        return null;
    }

    /** Bytes up to and including the last returned line's newline. */
    long offset() {
        return offset;
    }

    /** Whether nothing follows the last returned line. */
    boolean atEnd() throws IOException {
        return !fill();
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        int read = channel.read(buffer);
        buffer.flip();
        return read > 0;
    }
}
