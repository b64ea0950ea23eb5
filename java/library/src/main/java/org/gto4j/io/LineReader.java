package org.gto4j.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a file with the byte offset after each; a last line without newline is not a line. The file's last newline
 * is looked for first and nothing behind it is read: another process may cut off half a line there and write another
 * one.
 */
final class LineReader {
    private static final int BLOCK = 1 << 16;

    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BLOCK).flip();
    private final long end;
    private long position;
    private long offset;

    LineReader(FileChannel channel) throws IOException {
        this.channel = channel;
        this.end = lastLineEnd(channel);
    }

    private static long lastLineEnd(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        for (long to = channel.size(); to > 0; ) {
            long from = Math.max(0, to - BLOCK);
            block.clear().limit((int) (to - from));
            while (block.hasRemaining() && channel.read(block, from + block.position()) > 0) {
                // until it is full, or the file has become shorter
            }
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return from + i + 1;
                }
            }
            to = from;
        }
        return 0;
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
        buffer.clear().limit((int) Math.min(BLOCK, end - position));
        int read = channel.read(buffer, position);
        buffer.flip();
        position += Math.max(0, read);
        return read > 0;
    }
}
