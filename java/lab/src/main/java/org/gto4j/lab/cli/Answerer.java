package org.gto4j.lab.cli;

import java.util.List;
import org.gto4j.Cancellation;
import org.gto4j.Generation;
import org.gto4j.TokenListener;
import org.gto4j.model.ChatMessage;

/** Who answers in a conversation. */
@FunctionalInterface
interface Answerer {
    /**
     * Answers a conversation.
     *
     * @param messages the last one is the user's
     * @param stop ends the answer where it is
     * @param listener is told the text as it comes
     */
    Generation answer(List<ChatMessage> messages, Cancellation stop, TokenListener listener);
}
