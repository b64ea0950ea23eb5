package org.gto4j.data;

import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.ChatText;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * A target's chat template; for a target without one the bare contents, a line each.
 *
 * @param tools that every text is given, a JSON array, or null
 */
record TargetChat(TargetModel target, @Nullable String tools) implements ChatTokenizer {
    /** Without tools. */
    TargetChat(TargetModel target) {
        this(target, null);
    }

    @Override
    public ChatText text(List<ChatMessage> messages, boolean addAssistant) {
        if (target.chatTemplate().isPresent()) {
            return target.chatText(
                    messages,
                    ChatOptions.builder()
                            .generationPrompt(addAssistant)
                            .toolsJson(tools)
                            .build());
        }
        if (tools != null || !messages.stream().allMatch(TargetChat::isContentAlone)) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    source() + ": expected one that can write tools, calls, reasoning and names, found none");
        }
        return ChatText.said(
                String.join("\n", messages.stream().map(ChatMessage::content).toList()));
    }

    private static boolean isContentAlone(ChatMessage message) {
        return message.equals(new ChatMessage(message.role(), message.content()));
    }

    /** The template, for messages. */
    String source() {
        return target.options().chatTemplate() == null
                ? "the chat template of " + target.path()
                : String.valueOf(target.options().chatTemplate());
    }

    @Override
    public int[] tokens(ChatText text) {
        return target.chatTokens(text);
    }

    @Override
    public boolean isEnd(int token) {
        return target.isEnd(token);
    }

    @Override
    public byte[] bytes(int token) {
        return target.tokenBytes(token, true);
    }
}
