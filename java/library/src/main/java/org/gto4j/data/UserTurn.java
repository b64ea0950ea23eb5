package org.gto4j.data;

import java.util.List;
import java.util.function.IntPredicate;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.TargetModel;

/**
 * A chat template cut open at the user's words.
 *
 * @param header tokens up to and including the header of the user's turn
 * @param ends tokens that end the turn
 */
record UserTurn(int[] header, IntPredicate ends) {
    private static final String MARK = "GTO4J-USER-TURN";

    /** @throws GtoException FORMAT: the target has no chat template, or one that doesn't show the user's words */
    static UserTurn of(TargetModel target) {
        if (target.chatTemplate().isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    target.path() + ": expected a chat template to sample prompts from, found none");
        }
        String text = target.chat(List.of(ChatMessage.user(MARK)), false);
        int mark = text.indexOf(MARK);
        int[] whole = target.chatTokens(List.of(ChatMessage.user(MARK)), false);
        int[] header = mark < 0 ? new int[0] : header(target, text.substring(0, mark), whole);
        if (header.length == 0) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    target.path() + ": the chat template has no header before the user's words");
        }
        int[] closing = target.tokenize(text.substring(mark + MARK.length()).strip(), false, true);
        int control = closing.length > 0 && target.tokenBytes(closing[0], false).length == 0 ? closing[0] : -1;
        return new UserTurn(header, token -> target.isEnd(token) || token == control);
    }

    /** The header's own tokens, with the BOS that the whole conversation starts with if it has one. */
    private static int[] header(TargetModel target, String text, int[] whole) {
        int[] plain = target.tokenize(text, false, true);
        int bos = target.info().bos();
        boolean missing = whole.length > 0 && whole[0] == bos && bos >= 0 && (plain.length == 0 || plain[0] != bos);
        if (!missing) {
            return plain;
        }
        int[] withBos = new int[plain.length + 1];
        withBos[0] = bos;
        System.arraycopy(plain, 0, withBos, 1, plain.length);
        return withBos;
    }
}
