package org.gto4j.data;

import java.util.List;

import org.gto4j.ChatMessage;
import org.gto4j.TargetModel;

/** How a target reads a conversation: by its chat template, or as plain text if it has none. */
public final class PromptTokens {
    private PromptTokens() {
    }

    /** Tokens of a conversation with the header of an assistant turn; of a target without a template the bare texts, a line each. */
    public static int[] of(TargetModel target, List<ChatMessage> messages) {
        TargetChat chat = new TargetChat(target);
        return chat.tokens(chat.text(messages, true));
    }
}
