package org.gto4j;

import java.util.Objects;
import org.gto4j.model.ChatMessage;

/**
 * A model's answer to a conversation.
 *
 * @param message the answer as the next message: text, reasoning, calls of tools
 * @param generation the tokens that it was read from, and how they came
 */
public record ChatAnswer(ChatMessage message, Generation generation) {
    /** Checks for null. */
    public ChatAnswer {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(generation, "generation");
    }
}
