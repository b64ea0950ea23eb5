package org.gto4j.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

import org.gto4j.GtoException;

/** Whole files that are either the old one or the new one, whenever the process dies. */
public final class AtomicFile {
    /** Writes what a file will hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it; the stream is buffered, and stays open. */
        void writeTo(OutputStream out) throws IOException;
    }

    private AtomicFile() {
    }

    /**
     * Writes a temporary file beside {@code file}, forces it to the disk and renames it. Folders that are missing are made.
     *
     * @throws GtoException IO: names the file and the reason (no room, no permission, ...); the old file is as it was
     */
    public static void write(Path file, byte[] content) {
        write(file, out -> out.write(content));
    }

    /** As {@link #write(Path, byte[])}, of any length. */
    public static void write(Path file, Content content) {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't write " + file + ": " + e, e);
        }
    }

    /** As {@link #write(Path, byte[])}, in UTF-8. */
    public static void write(Path file, String text) {
        write(file, text.getBytes(StandardCharsets.UTF_8));
    }
}
