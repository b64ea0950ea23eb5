package org.gto4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.io.Excerpt;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatText;

/**
 * Which tokens of a conversation are answers. The template itself tells: an answer is what the text of the conversation
 * up to its turn has more than the text of the conversation before it with the header of an assistant turn, up to and
 * including the last end token (the line feed that many templates write behind it is no model's word). Of a turn
 * without an end token all is trained.
 *
 * <p>Where each of these texts begins the next, the conversation is one text with several answers. Templates that
 * rewrite earlier turns (that drop their reasoning, say) are not so: then each answer is a text of its own, with the
 * turns before it as the template writes them at that point, which is what a decoder sees. A token that lies across an
 * answer's edge, because the tokenizer merged letters there, is not trained.
 *
 * <p>Some templates of thinking models end the header of an answer with a tag ("&lt;think&gt;") and leave reasoning out
 * of every turn: then an answer that begins with that tag is written behind the header, without the tag, which is what
 * such a model wrote.
 */
final class MaskedConversation {
    private static final int SHORTEST_TAG = 3;

    private final ChatTokenizer chat;
    private final String id;
    private final List<ChatMessage> messages;
    private final Set<Integer> untrained;

    private MaskedConversation(ChatTokenizer chat, Conversation conversation) {
        this.chat = chat;
        this.id = conversation.id();
        this.messages = conversation.messages();
        this.untrained = conversation.untrained();
    }

    /** A conversation up to an answer, before and after it. */
    private record Answer(ChatText before, ChatText after, boolean trained) {}

    /**
     * @param conversation with at least one answer that is trained, and a turn before each
     * @return one text, or one an answer ("id", "id#2", ...); answers that aren't trained are only read
     * @throws GtoException FORMAT: names the conversation and the turn whose header isn't what its turn begins with
     */
    static List<MaskedTokens> of(ChatTokenizer chat, Conversation conversation) {
        return new MaskedConversation(chat, conversation).read();
    }

    /**
     * Refuses a conversation whose answers the template doesn't show.
     *
     * @throws GtoException FORMAT: as {@link #of}
     */
    static void requireAnswers(ChatTokenizer chat, Conversation conversation) {
        new MaskedConversation(chat, conversation).answers();
    }

    private List<MaskedTokens> read() {
        List<Answer> answers = answers();
        ChatText whole = answers.get(answers.size() - 1).after();
        if (answers.stream()
                .allMatch(answer -> whole.text().startsWith(answer.after().text()))) {
            return List.of(masked(id, whole, answers));
        }
        List<MaskedTokens> texts = new ArrayList<>();
        for (Answer answer : answers.stream().filter(Answer::trained).toList()) {
            texts.add(masked(texts.isEmpty() ? id : id + "#" + (texts.size() + 1), answer.after(), List.of(answer)));
        }
        return texts;
    }

    private List<Answer> answers() {
        List<Answer> answers = new ArrayList<>();
        for (int turn = 0; turn < messages.size(); turn++) {
            if (messages.get(turn).role().equals(Conversation.ASSISTANT)) {
                ChatText before = chat.text(messages.subList(0, turn), true);
                ChatText after = chat.text(messages.subList(0, turn + 1), false);
                if (!after.text().startsWith(before.text())) {
                    after = behindHeader(before, after, turn);
                }
                Answer answer = new Answer(before, after, !untrained.contains(turn));
                answers.add(answer);
            }
        }
        return answers;
    }

    /** An answer with its reasoning behind the header that it was asked with. */
    private ChatText behindHeader(ChatText before, ChatText after, int turn) {
        String content = messages.get(turn).content();
        int opened = sharedTag(before.text(), content);
        ChatText.Part last = after.contents().isEmpty()
                ? new ChatText.Part(0, 0)
                : after.contents().get(after.contents().size() - 1);
        String shown = after.text().substring(last.begin(), last.end()).strip();
        if (opened == 0 || shown.isEmpty() || !content.strip().endsWith(shown)) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    "text '" + id + "', turn " + (turn + 1)
                            + ": expected the chat template to write the header of "
                            + "an answer as it asks for one ("
                            + Excerpt.tail(before.text()) + "), found "
                            + Excerpt.of(differing(before, after)));
        }
        String written = content.substring(opened).stripTrailing();
        List<ChatText.Part> contents = new ArrayList<>(before.contents());
        contents.add(new ChatText.Part(before.text().length(), before.text().length() + written.length()));
        return new ChatText(before.text() + written + after.text().substring(last.end()), contents);
    }

    /** How many letters of an answer's beginning the header ends with. */
    private static int sharedTag(String header, String answer) {
        for (int length = Math.min(header.length(), answer.length()); length >= SHORTEST_TAG; length--) {
            if (header.regionMatches(header.length() - length, answer, 0, length)) {
                return length;
            }
        }
        return 0;
    }

    private static String differing(ChatText before, ChatText after) {
        int same = Arrays.mismatch(before.text().toCharArray(), after.text().toCharArray());
        return after.text().substring(same);
    }

    private MaskedTokens masked(String name, ChatText text, List<Answer> answers) {
        int[] tokens = chat.tokens(text);
        List<ResponseSpan> spans = new ArrayList<>();
        for (Answer answer : answers.stream().filter(Answer::trained).toList()) {
            int start = edge(tokens, chat.tokens(answer.before()));
            int end = afterEnd(tokens, start, edge(tokens, chat.tokens(answer.after())));
            if (start >= 1 && end > start) {
                spans.add(new ResponseSpan(start, end));
            }
        }
        int length =
                spans.isEmpty() ? tokens.length : spans.get(spans.size() - 1).end();
        return new MaskedTokens(name, Arrays.copyOf(tokens, length), spans);
    }

    /**
     * Tokens of a text that are those of its beginning; where the tokenizer merged letters across its end, tokens up to
     * the first that begins after it.
     */
    private int edge(int[] tokens, int[] beginning) {
        int mismatch = Arrays.mismatch(tokens, beginning);
        if (mismatch < 0 || mismatch == beginning.length) {
            return beginning.length;
        }
        long left = Arrays.stream(beginning)
                .mapToLong(token -> chat.bytes(token).length)
                .sum();
        int count = 0;
        while (count < tokens.length && left > 0) {
            left -= chat.bytes(tokens[count++]).length;
        }
        return count;
    }

    private int afterEnd(int[] tokens, int start, int end) {
        for (int i = end - 1; i >= start; i--) {
            if (chat.isEnd(tokens[i])) {
                return i + 1;
            }
        }
        return end;
    }
}
