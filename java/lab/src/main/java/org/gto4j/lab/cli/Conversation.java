package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gto4j.Cancellation;
import org.gto4j.Generation;
import org.gto4j.error.GtoException;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.MessageSource;
import org.gto4j.model.ChatMessage;

/** A conversation: messages in, answers out, and commands that begin with "/". Not thread-safe. */
final class Conversation {
    private static final String HELP = """
            /help         this list
            /reset        begins a new conversation
            /system TEXT  instructions that stand before the conversation, which begins anew
            /stats        how the last answer and all of them were decoded
            /exit         ends, as Ctrl-D does
            Ctrl-C stops an answer. A message of several lines: end lines with \\, or put
            it between \"""; one that begins with a slash: type two.""";

    private final Answerer answerer;
    private final MessageSource source;
    private final Console console;
    private final ConversationStatistics statistics = new ConversationStatistics();
    private final List<ChatMessage> messages = new ArrayList<>();
    private String system;

    /** @param system instructions that stand before the conversation; empty: none */
    Conversation(Answerer answerer, MessageSource source, Console console, String system) {
        this.answerer = answerer;
        this.source = source;
        this.console = console;
        this.system = system;
    }

    /** Answers until there are no more messages. */
    void run() {
        boolean more = true;
        while (more) {
            Optional<String> message = source.next();
            more = message.isPresent() && take(message.get());
        }
    }

    /** @return whether the conversation goes on */
    private boolean take(String message) {
        if (!message.startsWith("/")) {
            answer(message);
            return true;
        }
        if (message.startsWith("//")) {
            answer(message.substring(1));
            return true;
        }
        String[] words = message.split("\\s+", 2);
        String rest = words.length > 1 ? words[1].strip() : "";
        switch (words[0]) {
            case "/help" -> HELP.lines().forEach(console::say);
            case "/reset" -> {
                messages.clear();
                hint("a new conversation begins");
            }
            case "/system" -> {
                system = rest;
                messages.clear();
                hint(
                        rest.isEmpty()
                                ? "no instructions any more; a new conversation begins"
                                : "a new conversation begins");
            }
            case "/stats" -> statistics.lines().forEach(console::say);
            case "/exit", "/quit" -> {
                return false;
            }
            default ->
                console.say("unknown command '" + words[0] + "'; /help lists all, // begins a message with a slash");
        }
        return true;
    }

    private void answer(String text) {
        Cancellation stop = new Cancellation();
        source.whileAnswering(() -> answer(text, stop), stop::cancel);
    }

    private void answer(String text, Cancellation stop) {
        messages.add(ChatMessage.user(text));
        Generation generation;
        try {
            generation = answerer.answer(prompt(), stop, this::stream);
        } catch (GtoException e) {
            // The conversation is too long, say: it goes on without this message.
            messages.remove(messages.size() - 1);
            if (!source.isInteractive()) {
                throw e;
            }
            console.say(e.getMessage() + (e.kind() == GtoException.Kind.CONTEXT ? "; /reset begins a new one" : ""));
            return;
        }
        console.out().println(source.isInteractive() ? System.lineSeparator() : "");
        console.flush();
        statistics.add(generation);
        if (generation.text().isEmpty()) {
            messages.remove(messages.size() - 1);
        } else {
            messages.add(ChatMessage.assistant(generation.text()));
        }
        switch (generation.reason()) {
            case CANCELLED -> hint("(stopped)");
            case MAX_TOKENS -> hint("(cut after " + generation.tokens().length + " tokens; -n allows more)");
            case CONTEXT_FULL -> hint("(the context is full; /reset begins a new conversation)");
            default -> {
                // It is complete.
            }
        }
    }

    private List<ChatMessage> prompt() {
        List<ChatMessage> prompt = new ArrayList<>();
        if (!system.isEmpty()) {
            prompt.add(ChatMessage.system(system));
        }
        prompt.addAll(messages);
        return prompt;
    }

    private void stream(String text) {
        console.checkStop();
        console.text().print(text);
        console.flush();
    }

    /** Said to somebody who types. */
    private void hint(String line) {
        if (source.isInteractive()) {
            console.say(line);
        }
    }
}
