package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.jspecify.annotations.Nullable;

/**
 * Turns of users, and maybe of an assistant.
 *
 * @param id unique within its file
 * @param category e.g. "math"
 * @param messages of roles "system", "user", "assistant" and "tool", in order; an assistant's may be blank
 * @param untrained indexes of answers that are read, but not trained
 * @param tools that the assistant may call: a JSON array as clients send it, or null
 */
public record Conversation(
        String id,
        String category,
        List<ChatMessage> messages,
        Set<Integer> untrained,
        @Nullable String tools) implements SourceText {
    static final String SYSTEM = "system";
    static final String USER = "user";
    static final String ASSISTANT = "assistant";
    static final String TOOL = "tool";

    /**
     * Copies the list and the set; ARGUMENT: an id that isn't text, an index that is no message's, or tools that aren't
     * a JSON array.
     */
    public Conversation {
        WholeText.requireId(id);
        messages = List.copyOf(messages);
        untrained = Set.copyOf(untrained);
        for (int index : untrained) {
            if (index < 0 || index >= messages.size()) {
                throw new GtoException(
                        GtoException.Kind.ARGUMENT,
                        "conversation '" + id + "': untrained: expected indexes of its " + messages.size()
                                + " messages, found " + index);
            }
        }
        ChatOptions.builder().toolsJson(tools).build();
    }

    /** A conversation without tools. */
    public Conversation(String id, String category, List<ChatMessage> messages, Set<Integer> untrained) {
        this(id, category, messages, untrained, null);
    }

    /** A conversation whose answers are all trained. */
    public Conversation(String id, String category, List<ChatMessage> messages) {
        this(id, category, messages, Set.of());
    }

    /** Whether there is an answer of an assistant. */
    public boolean hasAnswers() {
        return messages.stream().anyMatch(message -> message.role().equals(ASSISTANT));
    }

    /** The same behind another message. */
    Conversation after(ChatMessage first) {
        List<ChatMessage> all = new ArrayList<>(List.of(first));
        all.addAll(messages);
        return new Conversation(
                id, category, all, untrained.stream().map(index -> index + 1).collect(Collectors.toSet()), tools);
    }

    /** The same with tools. */
    Conversation withTools(@Nullable String json) {
        return new Conversation(id, category, messages, untrained, json);
    }

    /** The contents of all messages of a role. */
    List<String> contents(String role) {
        return messages.stream()
                .filter(message -> message.role().equals(role))
                .map(ChatMessage::content)
                .toList();
    }
}
