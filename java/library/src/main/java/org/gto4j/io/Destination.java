package org.gto4j.io;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Where an output really goes: links are followed. A file is replaced as a whole ({@link #isReplaced}); a pipe, a
 * device and an open descriptor (/dev/stdout) can't be and are written to.
 */
final class Destination {
    private static final int MOST_LINKS = 40;
    private static final Pattern DESCRIPTORS = Pattern.compile("/proc/\\d+(/task/\\d+)?/fd");

    private final Path path;
    private final boolean replaced;
    private final boolean descriptor;

    private Destination(Path path, boolean replaced, boolean descriptor) {
        this.path = path;
        this.replaced = replaced;
        this.descriptor = descriptor;
    }

    /** @throws IOException {@code file} is a folder, a disk or a socket, or links lead in a circle */
    static Destination of(Path file) throws IOException {
        Path path = followed(file);
        if (isDescriptor(path)) {
            return new Destination(path, false, true);
        }
        if (!Files.exists(path)) {
            return new Destination(path, true, false);
        }
        FileType type = FileType.of(path);
        return switch (type) {
            case REGULAR -> new Destination(path, true, false);
            case CHARACTER_DEVICE, PIPE -> new Destination(path, false, false);
            case FOLDER, BLOCK_DEVICE, OTHER ->
                throw new FileSystemException(file.toString(), null, "expected a file to write, found " + type.text());
        };
    }

    /**
     * The end of a path's links, whether it is there or not, in a folder without links; an open descriptor's link isn't
     * followed.
     */
    static Path followed(Path file) throws IOException {
        Path path = file.toAbsolutePath();
        for (int i = 0; i < MOST_LINKS; i++) {
            path = inRealFolder(path);
            if (isDescriptor(path) || !Files.isSymbolicLink(path)) {
                return path;
            }
            path = path.resolveSibling(Files.readSymbolicLink(path));
        }
        throw new FileSystemException(file.toString(), null, "too many levels of symbolic links");
    }

    private static Path inRealFolder(Path path) throws IOException {
        Path normal =
                path.getFileName() != null && path.getFileName().toString().equals("..") ? path.toRealPath() : path;
        Path folder = normal.getParent();
        if (folder == null || normal.getFileName() == null) {
            return normal;
        }
        return (Files.exists(folder) ? folder.toRealPath() : folder.normalize()).resolve(normal.getFileName());
    }

    private static boolean isDescriptor(Path path) {
        return path.getParent() != null
                && DESCRIPTORS.matcher(path.getParent().toString()).matches();
    }

    /** The file that is written. */
    Path path() {
        return path;
    }

    /** Whether a new file takes the place of {@link #path()}; else {@link #open} writes to it. */
    boolean isReplaced() {
        return replaced;
    }

    /** Opens what isn't replaced. The process's own output goes on where it is, and stays open. */
    OutputStream open() throws IOException {
        String name = path.getFileName().toString();
        if (descriptor && isOwn() && (name.equals("1") || name.equals("2"))) {
            System.out.flush();
            return staysOpen(new FileOutputStream(name.equals("1") ? FileDescriptor.out : FileDescriptor.err));
        }
        boolean append = descriptor && Files.isRegularFile(path);
        return Channels.newOutputStream(
                append
                        ? FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND)
                        : FileChannel.open(path, StandardOpenOption.WRITE));
    }

    private static OutputStream staysOpen(OutputStream output) {
        return new FilterOutputStream(output) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    private boolean isOwn() {
        return path.startsWith(
                Path.of("/proc", Long.toString(ProcessHandle.current().pid())));
    }
}
