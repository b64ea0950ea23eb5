package org.gto4j.data;

import java.util.List;

import org.gto4j.ChatMessage;

/** What a text must have to be used in a way. */
final class SourceUse {
    private SourceUse() {
    }

    /** The user's turns; answers are left out. */
    static Prompt prompt(SourceText text, LineError error) {
        if (!(text instanceof Conversation conversation)) {
            throw error.of("a prompt or a conversation, as the target is to answer", "a text that can only be kept as it is");
        }
        if (!conversation.contents(Conversation.TOOL).isEmpty()) {
            throw error.of("turns of system, user and assistant only, as the target is to answer", "a tool's");
        }
        List<String> user = conversation.contents(Conversation.USER);
        if (user.isEmpty()) {
            throw error.of("a turn of the user", "none");
        }
        List<String> system = conversation.contents(Conversation.SYSTEM);
        return new Prompt(text.id(), text.category(), system.isEmpty() ? null : system.get(system.size() - 1), user);
    }

    /** A text with something to train. */
    static SourceText kept(SourceText text, int vocabulary, LineError error) {
        if (text instanceof Conversation conversation) {
            List<String> answers = conversation.contents(Conversation.ASSISTANT);
            if (answers.isEmpty() || answers.stream().anyMatch(String::isBlank)) {
                throw error.of("answers of the assistant that are not blank, as they are to be kept", answers.isEmpty() ? "none" : "a blank one");
            }
            String first = conversation.messages().stream().map(ChatMessage::role).filter(role -> !role.equals(Conversation.SYSTEM)).findFirst().orElseThrow();
            if (first.equals(Conversation.ASSISTANT)) {
                throw error.of("a turn of the user before the first answer", "none");
            }
        }
        return known(text, vocabulary, error);
    }

    /** A text of known tokens. */
    static SourceText known(SourceText text, int vocabulary, LineError error) {
        if (text instanceof TokenText given) {
            for (int i = 0; i < given.tokens().length; i++) {
                if (given.tokens()[i] >= vocabulary) {
                    throw error.of("each of \"input_ids\" to be a token of the target, 0.." + (vocabulary - 1), given.tokens()[i] + " at index " + i);
                }
            }
        }
        return text;
    }
}
