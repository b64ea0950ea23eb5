package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.common.Visible;
import org.jspecify.annotations.Nullable;

/**
 * One message of a conversation. Immutable.
 *
 * @param role "system", "user", "assistant", "tool" or "developer"
 * @param content the text
 * @param reasoning what a model thought before it answered, or null; templates decide whether it is kept
 * @param toolCalls the calls that a model asks for
 * @param toolCallId which call a tool's message answers, or null
 * @param name who says it, e.g. the tool that answers, or null
 */
public record ChatMessage(
        String role,
        String content,
        @Nullable String reasoning,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String name) {
    private static final List<String> ROLES = List.of("system", "user", "assistant", "tool", "developer");

    /**
     * Checks for null, for other roles, and for texts that aren't: with U+0000 or with half a surrogate pair (kind
     * ARGUMENT).
     */
    public ChatMessage {
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(content, "content");
        Arguments.check(
                ROLES.contains(role),
                "role of a chat message: expected one of %s, found '%s'",
                ROLES,
                Visible.of(role));
        toolCalls = List.copyOf(Objects.requireNonNull(toolCalls, "toolCalls"));
        requireText("content", content);
        requireText("reasoning", reasoning);
        requireText("tool call's id", toolCallId);
        requireText("name", name);
    }

    /** A message of text alone. */
    public ChatMessage(String role, String content) {
        this(role, content, null, List.of(), null, null);
    }

    private static void requireText(String what, @Nullable String text) {
        if (text != null) {
            Arguments.check(text.indexOf('\0') < 0, "%s of a chat message: expected a text without U+0000", what);
            Arguments.whole(what + " of a chat message", text);
        }
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

    /**
     * What a tool answered.
     *
     * @param callId of the call, or null
     * @param name of the tool, or null
     */
    public static ChatMessage tool(@Nullable String callId, @Nullable String name, String content) {
        return new ChatMessage("tool", content, null, List.of(), callId, name);
    }

    /** The message as clients send it: a JSON object. */
    public String toJson() {
        return ChatJson.messages(List.of(this)).get(0).toString();
    }

    /** The same with what the model thought before. */
    public ChatMessage withReasoning(@Nullable String thought) {
        return new ChatMessage(role, content, thought, toolCalls, toolCallId, name);
    }

    /** The same with calls of tools. */
    public ChatMessage withToolCalls(List<ToolCall> calls) {
        return new ChatMessage(role, content, reasoning, calls, toolCallId, name);
    }

    /** The same from another role. */
    ChatMessage withRole(String other) {
        return new ChatMessage(other, content, reasoning, toolCalls, toolCallId, name);
    }

    /** The same with another text. */
    ChatMessage withContent(String text) {
        return new ChatMessage(role, text, reasoning, toolCalls, toolCallId, name);
    }
}
