package org.gto4j.lab.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.gto4j.io.IoFailure;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/**
 * Messages that are typed on a terminal, with editing and history. Ctrl-C empties the line or stops an answer, Ctrl-D
 * ends the conversation.
 */
final class TerminalMessages implements MessageSource {
    private static final String PROMPT = "> ";
    private static final String MORE = ". ";
    private static final int HISTORY = 1000;

    private final Terminal terminal;
    private final LineReader reader;

    /** @param history file of what was typed before; made if missing, for this user's eyes only */
    TerminalMessages(Path history) {
        try {
            terminal = TerminalBuilder.builder()
                    .name("gto4j")
                    .system(true)
                    .dumb(true)
                    .encoding(StandardCharsets.UTF_8)
                    .build();
        } catch (IOException e) {
            throw IoFailure.of("can't open the terminal", e);
        }
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser(new LineParser())
                .variable(LineReader.SECONDARY_PROMPT_PATTERN, MORE)
                .variable(LineReader.HISTORY_SIZE, HISTORY)
                .variable(LineReader.HISTORY_FILE_SIZE, HISTORY)
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .option(LineReader.Option.HISTORY_TIMESTAMPED, false)
                .build();
        if (isWritable(history)) {
            reader.setVariable(LineReader.HISTORY_FILE, history);
        }
    }

    /** A history that can't be kept is no reason not to talk. */
    private static boolean isWritable(Path history) {
        try {
            if (!Files.exists(history)) {
                Files.createDirectories(history.getParent());
                Files.createFile(
                        history, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            return Files.isRegularFile(history) && Files.isWritable(history);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** A message is one word to the line editor; one that isn't complete goes on in the next line. */
    private static final class LineParser implements Parser {
        @Override
        public ParsedLine parse(String line, int cursor, ParseContext context) {
            if (context == ParseContext.ACCEPT_LINE && TypedMessage.isOpen(line)) {
                throw new EOFError(-1, cursor, "the message goes on");
            }
            return new WholeLine(line, cursor);
        }
    }

    private record WholeLine(String line, int cursor) implements CompletingParsedLine {
        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return cursor;
        }

        @Override
        public int rawWordLength() {
            return line.length();
        }

        @Override
        public String word() {
            return line;
        }

        @Override
        public int wordCursor() {
            return cursor;
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(line);
        }
    }

    @Override
    public Optional<String> next() {
        while (true) {
            try {
                String message = TypedMessage.of(reader.readLine(PROMPT));
                if (!message.isEmpty()) {
                    return Optional.of(message);
                }
            } catch (UserInterruptException e) {
                // The line is given up, not the conversation.
            } catch (EndOfFileException e) {
                return Optional.empty();
            }
        }
    }

    @Override
    public void whileAnswering(Runnable work, Runnable stop) {
        Terminal.SignalHandler before = terminal.handle(Terminal.Signal.INT, signal -> stop.run());
        try {
            work.run();
        } finally {
            terminal.handle(Terminal.Signal.INT, before);
        }
    }

    @Override
    public boolean isInteractive() {
        return true;
    }

    @Override
    public void close() {
        try {
            terminal.close();
        } catch (IOException e) {
            throw IoFailure.of("can't close the terminal", e);
        }
    }
}
