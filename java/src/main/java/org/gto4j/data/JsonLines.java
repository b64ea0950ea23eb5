package org.gto4j.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;

/**
 * A file of JSON objects, one a line, that only grows and survives a kill: a line counts once its newline is there, and whatever
 * follows the last good line is cut off when the file is opened. Not thread-safe.
 */
public final class JsonLines implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final FileChannel channel;

    private JsonLines(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** What to do with each line that is there already. */
    @FunctionalInterface
    public interface LineVisitor {
        /** Returns false to cut the file before this line. */
        boolean visit(ObjectNode object, int line);
    }

    /**
     * Opens a file for appending, after showing its lines to the visitor; makes the file and its folders if they are missing.
     *
     * @throws GtoException IO: names the file; FORMAT: a line other than a torn last one isn't a JSON object (names file and line)
     */
    public static JsonLines open(Path file, LineVisitor visitor) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            long good = Files.exists(file) ? visitLines(file, visitor) : 0;
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            channel.truncate(good);
            channel.position(good);
            return new JsonLines(file, channel);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't open " + file + ": " + e, e);
        }
    }

    /**
     * Shows the lines of a file to the visitor and changes nothing; a torn last line isn't shown.
     *
     * @throws GtoException as {@link #open}
     */
    public static void read(Path file, LineVisitor visitor) {
        try {
            visitLines(file, visitor);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    /** Bytes up to the end of the last good line. */
    private static long visitLines(Path file, LineVisitor visitor) throws IOException {
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            LineReader reader = new LineReader(input.getChannel());
            long good = 0;
            byte[] line;
            for (int number = 1; (line = reader.next()) != null; number++) {
                ObjectNode object = parse(line);
                if (object == null) {
                    if (reader.atEnd()) {
                        return good;
                    }
                    throw new GtoException(GtoException.Kind.FORMAT, file + " line " + number + ": expected a JSON object, found "
                        + Excerpt.of(new String(line, StandardCharsets.UTF_8)));
                }
                if (!visitor.visit(object, number)) {
                    return good;
                }
                good = reader.offset();
            }
            return good;
        }
    }

    private static ObjectNode parse(byte[] line) throws IOException {
        try {
            JsonNode node = JSON.readTree(line);
            return node instanceof ObjectNode object ? object : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /**
     * Appends one line and forces it to the disk.
     *
     * @throws GtoException IO: names the file; the lines before stay as they were
     */
    public void append(ObjectNode object) {
        long start = -1;
        try {
            start = channel.position();
            ByteBuffer rest = ByteBuffer.wrap((object.toString() + "\n").getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(false);
        } catch (IOException e) {
            undo(start, e);
            throw new GtoException(GtoException.Kind.IO, "can't append to " + file + ": " + e, e);
        }
    }

    private void undo(long start, IOException reason) {
        try {
            if (start >= 0) {
                channel.truncate(start);
                channel.position(start);
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't close " + file + ": " + e, e);
        }
    }
}
