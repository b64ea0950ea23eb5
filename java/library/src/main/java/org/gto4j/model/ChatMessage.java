package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.common.Visible;

/**
 * One message of a conversation.
 *
 * @param role "system", "user", "assistant", "tool" or "developer"
 * @param content the text
 */
public record ChatMessage(String role, String content) {
    private static final List<String> ROLES = List.of("system", "user", "assistant", "tool", "developer");

    /**
     * Checks for null, for other roles, and for contents that aren't text: with U+0000 or with half a surrogate pair
     * (kind ARGUMENT).
     */
    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
        Arguments.check(
                ROLES.contains(role),
                "role of a chat message: expected one of %s, found '%s'",
                ROLES,
                Visible.of(role));
        Arguments.check(content.indexOf('\0') < 0, "content of a chat message: expected a text without U+0000");
        Arguments.whole("content of a chat message", content);
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
