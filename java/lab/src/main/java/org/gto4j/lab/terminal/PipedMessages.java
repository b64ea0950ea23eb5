package org.gto4j.lab.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.IoFailure;

/** Messages of a file or pipe: each line is one, empty lines are none. */
final class PipedMessages implements MessageSource {
    private final BufferedReader lines;
    private final Interruption interruption;

    PipedMessages(InputStream input, Interruption interruption) {
        this.lines = new BufferedReader(
                new InputStreamReader(input, StandardCharsets.UTF_8.newDecoder())); // reports what isn't UTF-8
        this.interruption = interruption;
    }

    @Override
    public Optional<String> next() {
        try {
            // A signal while nothing is typed ends the process at once.
            String line = interruption.unguarded(lines::readLine);
            while (line != null && line.isBlank()) {
                line = interruption.unguarded(lines::readLine);
            }
            return Optional.ofNullable(line);
        } catch (CharacterCodingException e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT, "standard input: expected text in UTF-8, found other bytes", e);
        } catch (IOException e) {
            throw IoFailure.of("can't read standard input", e);
        }
    }

    @Override
    public void whileAnswering(Runnable work, Runnable stop) {
        work.run();
    }

    @Override
    public boolean isInteractive() {
        return false;
    }

    @Override
    public void close() {}
}
