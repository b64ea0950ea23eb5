package org.gto4j.lab.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.gto4j.io.IoFailure;
import org.gto4j.lab.terminal.Interruption;
import org.jspecify.annotations.Nullable;

/**
 * Standard input where "-" is given for a file or a text: read to its end, kept in a file that is deleted at the end of
 * the command.
 */
final class StandardInput implements AutoCloseable {
    /** What "-" means. */
    static final String NAME = "-";

    private final InputStream input;
    private final Interruption interruption;
    private @Nullable Path file;

    StandardInput(InputStream input, Interruption interruption) {
        this.input = input;
        this.interruption = interruption;
    }

    /** All of it as a file "stdin.jsonl"; the same one at each call. */
    Path file() {
        if (file == null) {
            try {
                Path folder = Files.createTempDirectory("gto4j");
                Path made = folder.resolve("stdin.jsonl");
                file = made;
                folder.toFile().deleteOnExit();
                made.toFile().deleteOnExit();
                interruption.unguarded(() -> Files.copy(input, made));
            } catch (IOException e) {
                throw IoFailure.of("can't keep standard input", e);
            }
        }
        return file;
    }

    /** All of it as text, without a last line break. */
    String text() {
        try {
            byte[] bytes = interruption.unguarded(input::readAllBytes);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()
                    .replaceFirst("\\R$", "");
        } catch (CharacterCodingException e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT, "standard input: expected text in UTF-8, found other bytes", e);
        } catch (IOException e) {
            throw IoFailure.of("can't read standard input", e);
        }
    }

    /** A message in which the file is called what the user knows it as. */
    String named(String message) {
        return file == null ? message : message.replace(file.toString(), "standard input");
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
                Files.deleteIfExists(file.getParent());
            }
        } catch (IOException e) {
            throw IoFailure.of("can't delete " + file, e);
        }
    }
}
