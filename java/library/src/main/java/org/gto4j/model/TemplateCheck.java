package org.gto4j.model;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;

/**
 * Whether a chat template writes every message of a conversation, in order and as a turn of its role. Templates leave
 * out roles that they don't know, move late system messages or write a tool's words as an answer: what a model then
 * reads isn't what was said. Marks in the place of contents tell.
 */
final class TemplateCheck {
    private static final Set<String> ANSWERING = Set.of("system", "user", "assistant");

    private TemplateCheck() {}

    /**
     * Checks a conversation. Messages without a text, as a call of a tool may be, aren't looked for.
     *
     * @param source of the template, for messages
     * @param template applies the template
     * @throws GtoException FORMAT: names the file, the message and its role
     */
    static void check(String source, List<ChatMessage> messages, Function<List<ChatMessage>, String> template) {
        List<ChatMessage> marks = IntStream.range(0, messages.size())
                .mapToObj(i -> messages.get(i).content().isBlank()
                        ? messages.get(i)
                        : messages.get(i).withContent(mark(i)))
                .toList();
        String text = template.apply(marks);
        int end = 0;
        for (int i = 0; i < marks.size(); i++) {
            if (messages.get(i).content().isBlank()) {
                continue;
            }
            int at = text.indexOf(mark(i), end);
            if (at < 0) {
                throw wrong(
                        source, messages, i, text.contains(mark(i)) ? "moves it to another place" : "leaves it out");
            }
            end = at + mark(i).length();
        }
        for (int i = 0; i < marks.size(); i++) {
            String role = marks.get(i).role();
            for (String other : ANSWERING.contains(role) ? List.<String>of() : List.of("assistant", "user")) {
                int index = i;
                List<ChatMessage> changed = IntStream.range(0, marks.size())
                        .mapToObj(j -> j == index ? marks.get(j).withRole(other) : marks.get(j))
                        .toList();
                if (isWritten(template, changed, text)) {
                    throw wrong(source, messages, i, "writes it as a turn of the " + other);
                }
            }
        }
    }

    /** Whether the template writes messages as a text; it may refuse them. */
    private static boolean isWritten(
            Function<List<ChatMessage>, String> template, List<ChatMessage> messages, String text) {
        try {
            return template.apply(messages).equals(text);
        } catch (GtoException e) {
            if (e.kind() == GtoException.Kind.FORMAT) {
                return false;
            }
            throw e;
        }
    }

    private static String mark(int index) {
        return "GTO4J-MESSAGE-" + index + "-";
    }

    private static GtoException wrong(String source, List<ChatMessage> messages, int index, String does) {
        return new GtoException(
                GtoException.Kind.FORMAT,
                "message " + (index + 1) + " of " + messages.size() + ", of role "
                        + messages.get(index).role() + ": " + source + " " + does);
    }
}
