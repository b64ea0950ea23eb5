package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.junit.jupiter.api.Test;

class MaskedConversationTest {
    private static final List<ChatMessage> TWO_TURNS = List.of(
            ChatMessage.system("be kind"),
            ChatMessage.user("hi"),
            ChatMessage.assistant("hello"),
            ChatMessage.user("bye"),
            ChatMessage.assistant("ciao"),
            ChatMessage.user("left out"));

    private static List<MaskedTokens> of(FakeChat chat, List<ChatMessage> messages) {
        return MaskedConversation.of(chat, new Conversation("c", "general", messages));
    }

    private static List<String> trained(FakeChat chat, MaskedTokens text) {
        return text.responses().stream()
                .map(span -> chat.spell(text.tokens(), span.start(), span.end()))
                .toList();
    }

    @Test
    void everyAnswerIsTrainedWithItsEndTokenAndNothingElse() {
        FakeChat chat = FakeChat.chatml();
        List<MaskedTokens> texts = of(chat, TWO_TURNS);
        assertEquals(1, texts.size());
        MaskedTokens text = texts.get(0);
        assertEquals(List.of("hello<|im_end|>", "ciao<|im_end|>"), trained(chat, text));
        String whole = FakeChat.chatml(TWO_TURNS.subList(0, 5), false);
        assertEquals(
                whole.stripTrailing(),
                chat.spell(text.tokens(), 0, text.tokens().length),
                "ends with the last answer's end token");
    }

    /** Positions, counted by hand: a mask that is one off fails here. */
    @Test
    void positionsAreExact() {
        FakeChat chat = FakeChat.chatml();
        MaskedTokens text = of(chat, List.of(ChatMessage.user("hi"), ChatMessage.assistant("yo")))
                .get(0);
        // <|im_start|> u s e r \n h i <|im_end|> \n = 0..9, <|im_start|> a s s i s t a n t \n = 10..20, y o <|im_end|>
        // = 21..23
        assertEquals(List.of(new ResponseSpan(21, 24)), text.responses());
        assertEquals(24, text.tokens().length);
        assertEquals('\n', text.tokens()[20]);
        assertEquals('y', text.tokens()[21]);
        assertArrayEquals(
                chat.tokens(FakeChat.chatml(List.of(ChatMessage.user("hi")), true)), Arrays.copyOf(text.tokens(), 21));
    }

    /**
     * "\n\n" is one token: the header's line feed and the answer's first one are merged. The decoder never sees that
     * token there.
     */
    @Test
    void aTokenAcrossTheEdgeIsNotTrained() {
        FakeChat chat = FakeChat.chatml("\n\n");
        MaskedTokens text = of(
                        chat,
                        List.of(
                                ChatMessage.user("hi"),
                                ChatMessage.assistant("\nyo"),
                                ChatMessage.user("x"),
                                ChatMessage.assistant("z")))
                .get(0);
        assertEquals(List.of("yo<|im_end|>", "z<|im_end|>"), trained(chat, text));
    }

    /** As thinking models' templates do: reasoning is dropped from all but the last answer. */
    private static String forgetful(List<ChatMessage> messages, boolean addAssistant) {
        List<ChatMessage> kept = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            boolean last = i == messages.size() - 1 && !addAssistant;
            ChatMessage message = messages.get(i);
            kept.add(
                    last
                            ? message
                            : new ChatMessage(message.role(), message.content().replaceAll("<t>.*</t>", "")));
        }
        return FakeChat.chatml(kept, addAssistant);
    }

    @Test
    void whereATemplateRewritesEarlierTurnsEachAnswerIsATextOfItsOwn() {
        FakeChat chat =
                new FakeChat(MaskedConversationTest::forgetful, List.of("<|im_start|>", "<|im_end|>"), "<|im_end|>");
        List<MaskedTokens> texts = of(
                chat,
                List.of(
                        ChatMessage.user("hi"),
                        ChatMessage.assistant("<t>hm</t>hello"),
                        ChatMessage.user("bye"),
                        ChatMessage.assistant("<t>so</t>ciao")));
        assertEquals(List.of("c", "c#2"), texts.stream().map(MaskedTokens::id).toList());
        assertEquals(List.of("<t>hm</t>hello<|im_end|>"), trained(chat, texts.get(0)));
        assertEquals(List.of("<t>so</t>ciao<|im_end|>"), trained(chat, texts.get(1)));
        String second = chat.spell(texts.get(1).tokens(), 0, texts.get(1).tokens().length);
        assertTrue(second.contains("assistant\nhello<|im_end|>") && !second.contains("hm"), second);
    }

    @Test
    void whereTheHeaderIsAnotherOneTheTurnIsNamed() {
        FakeChat chat = new FakeChat(
                (messages, add) -> FakeChat.chatml(messages, false) + (add ? "<|im_start|>model\n" : ""),
                List.of("<|im_end|>"),
                "<|im_end|>");
        GtoException e = assertThrows(GtoException.class, () -> of(chat, TWO_TURNS));
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(
                e.getMessage().contains("'c', turn 3")
                        && e.getMessage().contains("model'")
                        && e.getMessage().contains("found 'assistant hello"),
                e.getMessage());
    }

    @Test
    void withoutAnEndTokenTheWholeTurnIsTrained() {
        FakeChat chat = new FakeChat(
                (messages, add) -> String.join(
                        "\n", messages.stream().map(ChatMessage::content).toList()),
                List.of(),
                "</s>");
        MaskedTokens text = of(
                        chat,
                        List.of(
                                ChatMessage.user("hi"),
                                ChatMessage.assistant("yo"),
                                ChatMessage.user("a"),
                                ChatMessage.assistant("b")))
                .get(0);
        assertEquals(List.of("\nyo", "\nb"), trained(chat, text));
    }

    /** As DeepSeek's R1: the header opens the reasoning, and every turn is shown without it. */
    private static String thinking(List<ChatMessage> messages, boolean addAssistant) {
        StringBuilder text = new StringBuilder();
        for (ChatMessage message : messages) {
            String content = message.content();
            text.append(message.role().equals("user") ? "<|im_start|>U" : "<|im_start|>A")
                    .append(content.substring(content.lastIndexOf('>') + 1).strip())
                    .append("<|im_end|>");
        }
        return text.append(addAssistant ? "<|im_start|>A<think>\n" : "").toString();
    }

    @Test
    void reasoningThatTheHeaderOpensIsTrainedWhereTheModelWroteIt() {
        FakeChat chat =
                new FakeChat(MaskedConversationTest::thinking, List.of("<|im_start|>", "<|im_end|>"), "<|im_end|>");
        List<MaskedTokens> texts = of(
                chat,
                List.of(
                        ChatMessage.user("hi"),
                        ChatMessage.assistant("<think>\nhm</think>\n\nyo"),
                        ChatMessage.user("bye"),
                        ChatMessage.assistant("<think>\nso</think>\n\nciao\n")));
        assertEquals(2, texts.size());
        assertEquals(List.of("hm</think>\n\nyo<|im_end|>"), trained(chat, texts.get(0)));
        assertEquals(List.of("so</think>\n\nciao<|im_end|>"), trained(chat, texts.get(1)));
        assertEquals(
                "<|im_start|>Uhi<|im_end|><|im_start|>Ayo<|im_end|><|im_start|>Ubye<|im_end|><|im_start|>A<think>\n"
                        + "so</think>\n\nciao<|im_end|>",
                chat.spell(texts.get(1).tokens(), 0, texts.get(1).tokens().length));
        GtoException e = assertThrows(
                GtoException.class, () -> of(chat, List.of(ChatMessage.user("hi"), ChatMessage.assistant("yo"))));
        assertTrue(e.getMessage().contains("turn 2"), e.getMessage());
    }
}
