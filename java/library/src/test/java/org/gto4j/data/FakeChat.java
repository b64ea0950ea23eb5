package org.gto4j.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatText;

/** A chat template, and a tokenizer that takes the longest piece it knows, else one character. */
record FakeChat(BiFunction<List<ChatMessage>, Boolean, String> template, List<String> pieces, String end)
        implements ChatTokenizer {
    private static final int FIRST_PIECE = 1 << 16;
    /** Ends the tag that some templates leave out with all before it. */
    private static final char THOUGHT = '>';

    /** ChatML, one token a character but for control tokens and the pieces given. */
    static FakeChat chatml(String... pieces) {
        List<String> all = new ArrayList<>(List.of("<|im_start|>", "<|im_end|>"));
        all.addAll(List.of(pieces));
        return new FakeChat(FakeChat::chatml, all, "<|im_end|>");
    }

    static String chatml(List<ChatMessage> messages, boolean addAssistant) {
        StringBuilder text = new StringBuilder();
        messages.forEach(message -> text.append("<|im_start|>")
                .append(message.role())
                .append('\n')
                .append(message.content())
                .append("<|im_end|>\n"));
        return text.append(addAssistant ? "<|im_start|>assistant\n" : "").toString();
    }

    @Override
    public ChatText text(List<ChatMessage> messages, boolean addAssistant) {
        String text = template.apply(messages, addAssistant);
        List<ChatText.Part> parts = new ArrayList<>();
        int from = 0;
        for (ChatMessage message : messages) {
            String said = message.content()
                    .substring(message.content().lastIndexOf(THOUGHT) + 1)
                    .strip();
            int at = said.isEmpty() ? -1 : text.indexOf(said, from);
            if (at >= 0) {
                parts.add(new ChatText.Part(at, at + said.length()));
                from = at + said.length();
            }
        }
        return new ChatText(text, parts);
    }

    @Override
    public int[] tokens(ChatText chat) {
        return tokens(chat.text());
    }

    int[] tokens(String text) {
        List<Integer> tokens = new ArrayList<>();
        for (int at = 0; at < text.length(); ) {
            int start = at;
            String piece = pieces.stream()
                    .filter(one -> text.startsWith(one, start))
                    .max(Comparator.comparingInt(String::length))
                    .orElse(text.substring(at, at + 1));
            int index = pieces.indexOf(piece);
            tokens.add(index >= 0 ? FIRST_PIECE + index : piece.charAt(0));
            at += piece.length();
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public boolean isEnd(int token) {
        return piece(token).equals(end);
    }

    @Override
    public byte[] bytes(int token) {
        return piece(token).getBytes(StandardCharsets.UTF_8);
    }

    private String piece(int token) {
        return token >= FIRST_PIECE ? pieces.get(token - FIRST_PIECE) : Character.toString((char) token);
    }

    /** What tokens say. */
    String spell(int[] tokens, int start, int end) {
        StringBuilder text = new StringBuilder();
        for (int i = start; i < end; i++) {
            text.append(piece(tokens[i]));
        }
        return text.toString();
    }
}
