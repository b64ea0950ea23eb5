package org.gto4j;

import java.util.Objects;

/**
 * One message of a conversation.
 *
 * @param role    "system", "user" or "assistant" (or another role that the model's template knows)
 * @param content the text
 */
public record ChatMessage(String role, String content) {
    /** Checks for null. */
    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
    }

    /** A message of the user. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }

    /** A message of the model. */
    public static ChatMessage assistant(String content) {
        return new ChatMessage("assistant", content);
    }

    /** Instructions that stand before a conversation. */
    public static ChatMessage system(String content) {
        return new ChatMessage("system", content);
    }
}
