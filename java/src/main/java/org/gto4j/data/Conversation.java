package org.gto4j.data;

import java.util.List;

import org.gto4j.ChatMessage;

/**
 * Turns of users, and maybe of an assistant.
 *
 * @param id       unique within its file
 * @param category e.g. "math"
 * @param messages of roles "system", "user", "assistant" and "tool", in order, at least one; an assistant's may be blank
 */
public record Conversation(String id, String category, List<ChatMessage> messages) implements SourceText {
    static final String SYSTEM = "system";
    static final String USER = "user";
    static final String ASSISTANT = "assistant";
    static final String TOOL = "tool";

    /** Copies the list. */
    public Conversation {
        messages = List.copyOf(messages);
    }

    /** Whether there is an answer of an assistant. */
    public boolean hasAnswers() {
        return messages.stream().anyMatch(message -> message.role().equals(ASSISTANT));
    }

    /** The contents of all messages of a role. */
    List<String> contents(String role) {
        return messages.stream().filter(message -> message.role().equals(role)).map(ChatMessage::content).toList();
    }
}
