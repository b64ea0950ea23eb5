package org.gto4j.io;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of JSON objects, one a line, that only grows and survives a kill: a line counts once its newline is there, and
 * whatever follows the last good line is cut off when the file is opened. One process may append at a time (see
 * {@link org.gto4j.io.FolderLock}), others may {@link #read} meanwhile. Not thread-safe.
 */
public final class JsonLines implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(JsonLines.class);

    private final Path file;
    private final FileChannel channel;
    private long end;

    private JsonLines(Path file, FileChannel channel, long end) {
        this.file = file;
        this.channel = channel;
        this.end = end;
    }

    /** What to do with each line that is there already. */
    @FunctionalInterface
    public interface LineVisitor {
        /** Returns false to cut the file before this line. */
        boolean visit(ObjectNode object, int line);
    }

    /** A {@link LineVisitor} that is told at which byte a line starts. */
    @FunctionalInterface
    public interface OffsetVisitor {
        boolean visit(ObjectNode object, int line, long start);
    }

    /**
     * Opens a file for appending, after showing its lines to the visitor; makes the file and its folders if they are
     * missing.
     *
     * @throws GtoException IO: names the file; FORMAT: a line other than a torn last one isn't a JSON object (names
     *     file and line)
     */
    public static JsonLines open(Path file, LineVisitor visitor) {
        return append(file, Files.exists(file) ? scan(file, (object, line, start) -> visitor.visit(object, line)) : 0);
    }

    /**
     * Opens a file whose lines can be made again: a line that isn't a JSON object, or that the visitor refuses by a
     * {@link GtoException}, is left out with a warning. The file as it was is then kept beside as NAME.damaged; so is a
     * folder in its place.
     *
     * @throws GtoException IO: names the file
     */
    public static JsonLines openRepairing(Path file, LineVisitor visitor) {
        try {
            Folders.setAside(file);
            return append(file, Files.exists(file) ? repair(file, visitor) : 0);
        } catch (IOException e) {
            throw IoFailure.of("can't open " + file, e);
        }
    }

    private static Path damaged(Path file) {
        return file.resolveSibling(file.getFileName() + ".damaged");
    }

    /** Returns the bytes of the file's good lines, which are all it then holds but for a torn tail. */
    private static long repair(Path file, LineVisitor visitor) throws IOException {
        ByteArrayOutputStream good = new ByteArrayOutputStream();
        int bad = 0;
        String first = "";
        try (FileChannel input = FileChannel.open(file, StandardOpenOption.READ)) {
            LineReader reader = new LineReader(input);
            byte[] line;
            for (int number = 1; (line = reader.next()) != null; number++) {
                String wrong = "";
                try {
                    ObjectNode object = parse(line);
                    if (object != null && !visitor.visit(object, number)) {
                        break;
                    }
                    wrong = object == null ? "not a JSON object" : "";
                } catch (GtoException e) {
                    wrong = String.valueOf(e.getMessage());
                }
                if (wrong.isEmpty()) {
                    good.write(line);
                    good.write('\n');
                } else if (bad++ == 0) {
                    first = "line " + number + ": " + wrong;
                }
            }
        }
        if (bad > 0) {
            LOG.warn(
                    "{}: {} damaged lines are left out ({}); the file as it was is kept as {}",
                    file,
                    bad,
                    first,
                    damaged(file).getFileName());
            Files.copy(file, damaged(file), StandardCopyOption.REPLACE_EXISTING);
            AtomicFile.write(file, good.toByteArray());
        }
        return good.size();
    }

    /** Opens a file for appending behind its first {@code bytes} bytes; what follows them is cut off. */
    public static JsonLines append(Path file, long bytes) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Folders.make(folder);
            }
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                lock(channel, file);
                if (channel.size() > bytes) {
                    channel.truncate(bytes);
                }
                channel.position(bytes);
                return new JsonLines(file, channel, bytes);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw IoFailure.of("can't open " + file, e);
        }
    }

    /**
     * For files in folders that nobody owns. Held until the channel, or another one of this process to the file, is
     * closed.
     */
    private static void lock(FileChannel channel, Path file) {
        boolean locked;
        try {
            locked = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            locked = false;
        } catch (IOException e) {
            LOG.debug("{}: its file system has no locks", file, e);
            return;
        }
        if (!locked) {
            throw new GtoException(GtoException.Kind.IO, file + " is being written by another process");
        }
    }

    /**
     * Shows the lines of a file to the visitor and changes nothing; a torn last line isn't shown. Another process may
     * be appending.
     *
     * @throws GtoException as {@link #open}
     */
    public static void read(Path file, LineVisitor visitor) {
        scan(file, (object, line, start) -> visitor.visit(object, line));
    }

    /** {@link #read} that returns the bytes up to the end of the last good line. */
    public static long scan(Path file, OffsetVisitor visitor) {
        try (FileChannel input = FileChannel.open(file, StandardOpenOption.READ)) {
            LineReader reader = new LineReader(input);
            long good = 0;
            byte[] line;
            for (int number = 1; (line = reader.next()) != null; number++) {
                ObjectNode object = parse(line);
                if (object == null) {
                    if (reader.atEnd()) {
                        return good;
                    }
                    throw new GtoException(
                            GtoException.Kind.FORMAT,
                            file + " line " + number + ": expected a JSON object, found "
                                    + Excerpt.of(new String(line, StandardCharsets.UTF_8)));
                }
                if (!visitor.visit(object, number, good)) {
                    return good;
                }
                good = reader.offset();
            }
            return good;
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    /**
     * Null for bytes that aren't an object; bytes that look like UTF-16 or UTF-32 and aren't make Jackson throw other
     * exceptions than its own.
     */
    private static @Nullable ObjectNode parse(byte[] line) {
        try {
            JsonNode node = JSON.readTree(line);
            return node instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * Appends one line and forces it to the disk.
     *
     * @throws GtoException IO: names the file; the lines before stay as they were
     */
    public void append(ObjectNode object) {
        try {
            if (channel.size() != end) {
                throw new GtoException(
                        GtoException.Kind.IO,
                        file + ": expected " + end + " bytes, found " + channel.size()
                                + "; another process has written there, and nothing is appended");
            }
            ByteBuffer rest = ByteBuffer.wrap((object.toString() + "\n").getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(false);
            end = channel.position();
        } catch (IOException e) {
            undo(e);
            throw IoFailure.of("can't append to " + file, e);
        }
    }

    private void undo(IOException reason) {
        try {
            channel.truncate(end);
            channel.position(end);
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw IoFailure.of("can't close " + file, e);
        }
    }
}
