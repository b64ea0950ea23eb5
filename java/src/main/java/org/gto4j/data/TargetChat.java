package org.gto4j.data;

import java.util.List;

import org.gto4j.ChatMessage;
import org.gto4j.TargetModel;

/** A target's chat template; for a target without one the bare contents, a line each. */
record TargetChat(TargetModel target) implements ChatTokenizer {
    private boolean templated() {
        return target.chatTemplate().isPresent();
    }

    @Override
    public String text(List<ChatMessage> messages, boolean addAssistant) {
        return templated() ? target.chat(messages, addAssistant) : String.join("\n", messages.stream().map(ChatMessage::content).toList());
    }

    @Override
    public int[] tokens(String text) {
        return templated() ? target.chatTokens(text) : target.tokenize(text, true, false);
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
