package org.gto4j.data;

import java.util.List;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatText;
import org.gto4j.model.TargetModel;

/** A target's chat template; for a target without one the bare contents, a line each. */
record TargetChat(TargetModel target) implements ChatTokenizer {
    @Override
    public ChatText text(List<ChatMessage> messages, boolean addAssistant) {
        return target.chatTemplate().isPresent()
                ? target.chatText(messages, addAssistant)
                : ChatText.said(String.join(
                        "\n", messages.stream().map(ChatMessage::content).toList()));
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
