package org.gto4j.data;

import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.TargetModel;

/** How a target reads a conversation: by its chat template, or as plain text if it has none. */
public final class PromptTokens {
    private PromptTokens() {}

    /**
     * Tokens of a conversation with the header of an assistant turn; of a target without a template the bare texts, a
     * line each.
     */
    public static int[] of(TargetModel target, List<ChatMessage> messages) {
        TargetChat chat = new TargetChat(target);
        return chat.tokens(chat.text(messages, true));
    }

    /**
     * Refuses a prompt that the target's chat template can't write, with all that it says.
     *
     * @throws GtoException FORMAT: names the message and its field
     */
    public static void requireWritten(TargetModel target, Prompt prompt) {
        List<ChatMessage> messages = prompt.messages(List.of());
        TargetChat chat = new TargetChat(target, prompt.tools());
        chat.text(messages, true);
        WrittenFields.require(chat, messages, true);
    }

    /**
     * Tokens of a prompt's conversation, see {@link Prompt#messages}.
     *
     * @param answers the assistant's answers to the turns before
     * @throws GtoException FORMAT: the target's chat template can't write it; names the prompt
     */
    public static int[] of(TargetModel target, Prompt prompt, List<String> answers) {
        try {
            TargetChat chat = new TargetChat(target, prompt.tools());
            return chat.tokens(chat.text(prompt.messages(answers), true));
        } catch (GtoException e) {
            throw new GtoException(e.kind(), "prompt '" + prompt.id() + "': " + e.getMessage(), e);
        }
    }
}
