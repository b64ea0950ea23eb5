package org.gto4j.data;

import java.util.List;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatText;

/** How a model reads conversations: a chat template and a tokenizer. */
interface ChatTokenizer extends TokenBytes {
    /**
     * The text of a conversation.
     *
     * @param addAssistant end with the header of an assistant turn
     */
    ChatText text(List<ChatMessage> messages, boolean addAssistant);

    /** Tokens of a text that {@link #text} made; none of what is said becomes a control token. */
    int[] tokens(ChatText text);

    /** Whether a token ends an answer. */
    boolean isEnd(int token);
}
