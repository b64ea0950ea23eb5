package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.gto4j.common.MalformedUtf8Exception;
import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;

/** Small text files that users write, whole. */
public final class TextFile {
    private static final long LARGEST = 64 << 20;

    private TextFile() {}

    /**
     * Reads a file in UTF-8; a byte order mark is left out.
     *
     * @throws GtoException IO: it can't be read; FORMAT: it isn't text in UTF-8 or is larger than 64 MiB. Each names
     *     the file, the second the byte, too
     */
    public static String read(Path file) {
        byte[] bytes = bytes(file);
        String kind = FileKind.notText(Arrays.copyOf(bytes, Math.min(bytes.length, FileKind.HEAD)));
        if (kind != null) {
            throw new GtoException(GtoException.Kind.FORMAT, file + ": expected text in UTF-8, found " + kind);
        }
        try {
            String text = Utf8.decode(bytes);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (MalformedUtf8Exception e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file + " line " + line(bytes, e.offset()) + ": expected text in UTF-8, found " + e.found(0),
                    e);
        }
    }

    private static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new GtoException(GtoException.Kind.IO, file + ": expected a file, found a folder");
        }
        try (var input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes((int) LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        file + ": expected at most " + LARGEST + " bytes of text, found more");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new GtoException(GtoException.Kind.IO, file + ": no such file", e);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    private static int line(byte[] bytes, int offset) {
        int line = 1;
        for (int i = 0; i < offset; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }
}
