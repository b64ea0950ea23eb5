package org.gto4j.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;

/**
 * Whole files that are either the old one or the new one, whenever the process dies. A symbolic link stays, and the
 * file that it leads to is replaced; a pipe, a device (/dev/null, a terminal) or /dev/stdout is written to.
 */
public final class AtomicFile {
    /** Writes what a file will hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the stream is buffered, and stays open. */
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {}

    /**
     * Writes a temporary file beside {@code file}, forces it to the disk and renames it. Folders that are missing are
     * made.
     *
     * @throws org.gto4j.error.GtoException IO: names the file and the reason (no room, no permission, a folder, ...);
     *     the old file is as it was
     */
    public static void write(Path file, byte[] content) {
        write(file, out -> out.write(content));
    }

    /** As {@link #write(Path, byte[])}, in UTF-8. */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@link #write(Path, byte[])}, of any length. */
    public static void write(Path file, Content content) {
        try {
            Destination destination = Destination.of(file);
            if (destination.isReplaced()) {
                replace(destination.path(), content);
            } else {
                try (OutputStream output = new BufferedOutputStream(destination.open())) {
                    content.writeTo(output);
                }
            }
        } catch (IOException e) {
            throw IoFailure.of("can't write " + file, e);
        }
    }

    /** Whether a new file takes the place of {@code file}, rather than that it is written to. */
    public static boolean replaces(Path file) {
        try {
            return Destination.of(file).isReplaced();
        } catch (IOException e) {
            return false;
        }
    }

    private static void replace(Path file, Content content) throws IOException {
        if (file.getParent() != null) {
            Files.createDirectories(file.getParent());
        }
        Path temporary = temporary(file);
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                OutputStream output = new BufferedOutputStream(Channels.newOutputStream(channel));
                content.writeTo(output);
                output.flush();
                channel.force(true);
            }
            keepPermissions(file, temporary);
            // From here on the temporary name is free for others.
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** Makes an empty file beside {@code file}; one of that name that is there already is somebody else's. */
    static Path temporary(Path file) throws IOException {
        String name = file.getFileName() + ".tmp" + ProcessHandle.current().pid();
        for (int i = 0; ; i++) {
            try {
                return Files.createFile(file.resolveSibling(i == 0 ? name : name + "-" + i));
            } catch (FileAlreadyExistsException e) {
                if (i == Short.MAX_VALUE) {
                    throw e;
                }
            }
        }
    }

    private static void keepPermissions(Path old, Path temporary) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(old, PosixFileAttributeView.class);
        if (view != null && Files.exists(old)) {
            Files.setPosixFilePermissions(temporary, view.readAttributes().permissions());
        }
    }
}
