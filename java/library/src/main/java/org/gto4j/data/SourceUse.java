package org.gto4j.data;

import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.io.Excerpt;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.TargetModel;

/** What a text must have to be used in a way. */
final class SourceUse {
    private SourceUse() {}

    /** The user's turns; answers are left out. */
    static Prompt prompt(SourceText text, LineError error) {
        if (!(text instanceof Conversation conversation)) {
            throw error.of(
                    "a prompt or a conversation, as the target is to answer", "a text that can only be kept as it is");
        }
        if (!conversation.contents(Conversation.TOOL).isEmpty()) {
            throw error.of("turns of system, user and assistant only, as the target is to answer", "a tool's");
        }
        List<String> user = conversation.contents(Conversation.USER);
        if (user.isEmpty()) {
            throw error.of("a turn of the user", "none");
        }
        List<ChatMessage> messages = conversation.messages();
        for (ChatMessage message : messages.subList(1, messages.size())) {
            if (message.role().equals(Conversation.SYSTEM)) {
                throw error.of(
                        "no system message but the first of all messages, as the target is to answer each turn of the user",
                        Excerpt.of(message.content()) + " later");
            }
        }
        for (ChatMessage message : messages) {
            String name = message.name();
            if (name != null && !message.role().equals(Conversation.ASSISTANT)) {
                throw error.of(
                        "no \"name\" of a turn of the " + message.role() + ", as the target is to answer",
                        Excerpt.of(name));
            }
        }
        if (conversation.tools() != null && user.size() > 1) {
            throw error.of(
                    "one turn of the user beside \"tools\", as the target is to answer and nobody runs the tools that it calls",
                    user.size() + " turns");
        }
        List<String> system = conversation.contents(Conversation.SYSTEM);
        return new Prompt(
                text.id(), text.category(), system.isEmpty() ? null : system.get(0), user, conversation.tools());
    }

    /** A text with something to train. */
    static SourceText kept(SourceText text, int vocabulary, LineError error) {
        if (text instanceof Conversation conversation) {
            List<ChatMessage> answers = conversation.messages().stream()
                    .filter(message -> message.role().equals(Conversation.ASSISTANT))
                    .toList();
            boolean blank = answers.stream()
                    .anyMatch(answer ->
                            answer.content().isBlank() && answer.toolCalls().isEmpty());
            if (answers.isEmpty() || blank) {
                throw error.of(
                        "answers of the assistant (in \"messages\" or \"conversations\") that are not blank, as they are to be kept",
                        answers.isEmpty() ? "none" : "a blank one");
            }
            checkOrder(conversation.messages(), error);
            if (answers.size() == conversation.untrained().size()) {
                throw error.of("an answer that is trained", "none, as each is marked as not to be trained");
            }
        }
        return tokensKnown(text, vocabulary, error);
    }

    /**
     * An answer is trained as what follows a turn of someone else: two in a row are no answers that the target would
     * ever write.
     */
    private static void checkOrder(List<ChatMessage> messages, LineError error) {
        String before = "";
        for (ChatMessage message : messages.stream()
                .filter(one -> !one.role().equals(Conversation.SYSTEM))
                .toList()) {
            String answer = Excerpt.of(message.content());
            if (message.role().equals(Conversation.ASSISTANT) && before.isEmpty()) {
                throw error.of("a turn of the user before the first answer", "none before " + answer);
            }
            if (message.role().equals(Conversation.ASSISTANT) && before.equals(Conversation.ASSISTANT)) {
                throw error.of("a turn of the user or of a tool before each answer", "another answer before " + answer);
            }
            before = message.role();
        }
    }

    /** A text that is kept, or a prompt. */
    static SourceText known(SourceText text, int vocabulary, LineError error) {
        if (text instanceof Conversation conversation && !conversation.hasAnswers()) {
            if (conversation.contents(Conversation.USER).isEmpty()) {
                throw error.of("a turn of the user", "none");
            }
            return text;
        }
        return kept(text, vocabulary, error);
    }

    private static SourceText tokensKnown(SourceText text, int vocabulary, LineError error) {
        if (text instanceof TokenText given) {
            IntStream.range(0, given.tokens().length)
                    .filter(i -> given.tokens()[i] >= vocabulary)
                    .findFirst()
                    .ifPresent(i -> {
                        throw error.of(
                                "each of \"input_ids\" to be a token of the target, 0.." + (vocabulary - 1),
                                given.tokens()[i] + " at index " + i);
                    });
        }
        return text;
    }

    /** A text whose messages the target's chat template writes as they are, and shows the answers of. */
    static SourceText written(SourceText text, TargetModel target, LineError error) {
        if (text instanceof Conversation conversation) {
            try {
                TargetChat chat = new TargetChat(target, conversation.tools());
                chat.text(conversation.messages(), !conversation.hasAnswers());
                WrittenFields.require(chat, conversation.messages(), !conversation.hasAnswers());
                MaskedConversation.requireAnswers(chat, conversation);
            } catch (GtoException e) {
                throw error.of("messages that the target's chat template can write", String.valueOf(e.getMessage()));
            }
        }
        return text;
    }
}
