package org.gto4j.data;

import java.util.List;

import org.gto4j.ChatMessage;

/** How a model reads conversations: a chat template and a tokenizer. */
interface ChatTokenizer extends TokenBytes {
    /**
     * The text of a conversation.
     *
     * @param addAssistant end with the header of an assistant turn
     */
    String text(List<ChatMessage> messages, boolean addAssistant);

    /** Tokens of a text that {@link #text} made, or of its beginning. */
    int[] tokens(String text);

    /** Whether a token ends an answer. */
    boolean isEnd(int token);
}
