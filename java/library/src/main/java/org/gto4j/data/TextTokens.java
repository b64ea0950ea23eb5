package org.gto4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetModel;

/** The tokens of texts whose answers are kept, and which of them are trained. */
public final class TextTokens {
    private TextTokens() {}

    /**
     * Tokenises a text; nothing that it says becomes a control token. A conversation's answers are found by the
     * target's chat template, each with its end token; a conversation without answers ends with the header of one and
     * trains nothing; of a plain text all is trained but the first token (or BOS).
     *
     * @param longest a longer plain text becomes several ("id", "id#2", ...); others may come back longer, see
     *     {@link MaskedTokens#cut}
     * @param reasoning whether that of answers is trained
     * @return at least one text
     * @throws GtoException FORMAT: the target's template isn't known, or it doesn't show where an answer begins;
     *     ARGUMENT: its tokenizer can't take the text. It names the text.
     */
    public static List<MaskedTokens> of(TargetModel target, SourceText text, int longest, Reasoning reasoning) {
        try {
            return tokens(target, text, longest, reasoning);
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.ARGUMENT) {
                throw e;
            }
            throw new GtoException(e.kind(), "text '" + text.id() + "': " + e.getMessage(), e);
        }
    }

    private static List<MaskedTokens> tokens(TargetModel target, SourceText text, int longest, Reasoning reasoning) {
        if (text instanceof PlainText plain) {
            return pieces(target, plain, longest);
        }
        if (text instanceof TokenText given) {
            return List.of(new MaskedTokens(given.id(), given.tokens(), MaskedTokens.spans(given.lossMask())));
        }
        Conversation conversation = (Conversation) text;
        TargetChat chat = new TargetChat(target, conversation.tools());
        if (!conversation.hasAnswers()) {
            return List.of(
                    new MaskedTokens(text.id(), chat.tokens(chat.text(conversation.messages(), true)), List.of()));
        }
        return MaskedConversation.of(chat, conversation).stream()
                .map(masked -> masked.trained(masked.responses().stream()
                        .flatMap(span -> reasoning.trained(chat, masked.tokens(), span).stream())
                        .toList()))
                .toList();
    }

    /** Each piece begins with the BOS that a text of the target begins with, if it has one. */
    private static List<MaskedTokens> pieces(TargetModel target, PlainText text, int longest) {
        int[] plain = target.tokenize(text.text(), false, false);
        int[] special = target.tokenize(text.text(), true, false);
        int[] head = special.length > 0
                        && target.info().bos() >= 0
                        && special[0] == target.info().bos()
                ? new int[] {special[0]}
                : new int[0];
        int room = Math.max(2, longest - head.length);
        List<MaskedTokens> pieces = new ArrayList<>();
        for (int from = 0; from < plain.length; from += room) {
            int[] part = Arrays.copyOfRange(plain, from, Math.min(plain.length, from + room));
            int[] tokens =
                    IntStream.concat(IntStream.of(head), IntStream.of(part)).toArray();
            if (tokens.length > 1) {
                pieces.add(new MaskedTokens(
                        pieces.isEmpty() ? text.id() : text.id() + "#" + (pieces.size() + 1),
                        tokens,
                        List.of(new ResponseSpan(1, tokens.length))));
            }
        }
        return pieces.isEmpty() ? List.of(new MaskedTokens(text.id(), special, List.of())) : pieces;
    }
}
