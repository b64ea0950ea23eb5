package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.gto4j.Cancellation;
import org.gto4j.Generation;
import org.gto4j.TokenListener;
import org.gto4j.error.GtoException;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Interruption;
import org.gto4j.lab.terminal.MessageSource;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DecodingTimes;
import org.junit.jupiter.api.Test;

/** Conversations with somebody who repeats what he is told. */
class ConversationTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<List<ChatMessage>> asked = new ArrayList<>();

    /** Messages that are there already; one that begins with "stop" is stopped while it is answered. */
    private static final class Listed implements MessageSource {
        private final Deque<String> messages;
        private final boolean interactive;
        private boolean stopping;

        Listed(boolean interactive, String... messages) {
            this.messages = new ArrayDeque<>(List.of(messages));
            this.interactive = interactive;
        }

        @Override
        public Optional<String> next() {
            Optional<String> next = Optional.ofNullable(messages.poll());
            stopping = next.isPresent() && next.get().startsWith("stop");
            return next;
        }

        @Override
        public void whileAnswering(Runnable work, Runnable stop) {
            if (stopping) {
                stop.run();
            }
            work.run();
        }

        @Override
        public boolean isInteractive() {
            return interactive;
        }

        @Override
        public void close() {}
    }

    private Generation echo(List<ChatMessage> messages, Cancellation stop, TokenListener listener) {
        asked.add(messages);
        String last = messages.get(messages.size() - 1).content();
        if (last.equals("too long")) {
            throw new GtoException(GtoException.Kind.CONTEXT, "the prompt has 9 tokens, the context 8");
        }
        String text = stop.isCancelled() ? "" : "you said " + last;
        listener.onText(text);
        return new Generation(
                new int[4],
                text,
                stop.isCancelled()
                        ? Generation.FinishReason.CANCELLED
                        : last.equals("on")
                                ? Generation.FinishReason.MAX_TOKENS
                                : Generation.FinishReason.END_OF_GENERATION,
                new Generation.Statistics(
                        4,
                        1,
                        new int[] {2},
                        new int[] {5},
                        new long[] {1},
                        7,
                        1,
                        1_000_000_000L,
                        1,
                        1,
                        DecodingTimes.NONE));
    }

    private void talk(boolean interactive, String system, String... messages) {
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                new Interruption());
        new Conversation(this::echo, new Listed(interactive, messages), console, system).run();
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static List<String> texts(List<ChatMessage> messages) {
        return messages.stream()
                .map(message -> message.role() + ": " + message.content())
                .toList();
    }

    @Test
    void aPipeGetsAnswersAndNothingElse() {
        talk(false, "", "one", "two", "on");
        assertEquals(
                List.of("you said one", "you said two", "you said on"),
                out.toString(StandardCharsets.UTF_8).lines().toList());
        assertEquals("", errors());
    }

    @Test
    void whatWasSaidBeforeIsPartOfTheConversation() {
        talk(false, "be kind", "one", "two", "/reset", "three", "/system be short", "four", "//five");
        assertEquals(
                List.of("system: be kind", "user: one", "assistant: you said one", "user: two"), texts(asked.get(1)));
        assertEquals(List.of("system: be kind", "user: three"), texts(asked.get(2)));
        assertEquals(List.of("system: be short", "user: four"), texts(asked.get(3)));
        assertEquals("user: /five", texts(asked.get(4)).get(3));
    }

    @Test
    void aStoppedAnswerThatSaysNothingIsForgotten() {
        talk(true, "", "stop this", "on");
        assertEquals(List.of("user: on"), texts(asked.get(1)));
        assertEquals(
                List.of("(stopped)", "(cut after 4 tokens; -n allows more)"),
                errors().lines().toList());
    }

    @Test
    void aConversationThatIsTooLongGoesOnWithoutTheMessage() {
        talk(true, "", "too long", "one");
        assertEquals("the prompt has 9 tokens, the context 8; /reset begins a new one", errors().strip());
        assertEquals(List.of("user: one"), texts(asked.get(1)));
        assertThrows(GtoException.class, () -> talk(false, "", "too long"));
    }

    @Test
    void statisticsSayWhatTheDraftGave() {
        talk(true, "", "/stats", "one", "two", "/stats");
        assertEquals(
                List.of(
                        "nothing was answered yet",
                        "last answer  4 tokens in 1 cycles, tau 3.00, 3.0 tokens/s",
                        "             2 of them (50%) were proposed by the draft",
                        "             first token after 0.00 s, 7 tokens of the conversation kept",
                        "all 2        8 tokens in 2 cycles, tau 3.00, 3.0 tokens/s",
                        "             4 of them (50%) were proposed by the draft"),
                errors().lines().toList());
    }

    @Test
    void commandsEndExplainAndRefuse() {
        talk(true, "", "/help", "/dance", "/exit", "one");
        assertTrue(errors().contains("/reset") && errors().contains("unknown command '/dance'"), errors());
        assertTrue(asked.isEmpty());
        assertFalse(errors().lines().anyMatch(line -> line.length() > 80), errors());
    }

    @Test
    void charactersThatSteerATerminalAreShownInMessages() {
        talk(true, "", "/\u001b[31m");
        assertFalse(errors().contains("\u001b"), errors());
    }
}
