package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line says is used as it says it, or refused by file, line and field. */
class SilentLossTest {
    private static final int VOCABULARY = 100;

    private static <T> T read(String line, SourceFile.Use<T> use) {
        try {
            return SourceFile.read(
                            "some.jsonl",
                            new ByteArrayInputStream(line.getBytes(StandardCharsets.UTF_8)),
                            OnBrokenLine.FAIL,
                            use)
                    .texts()
                    .get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceText kept(String line) {
        return read(line, (text, error) -> SourceUse.kept(text, VOCABULARY, error));
    }

    private static Prompt prompt(String line) {
        return read(line, SourceUse::prompt);
    }

    private static void refused(String line, SourceFile.Use<?> use, String... named) {
        GtoException e = assertThrows(GtoException.class, () -> read(line, use), line);
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(e.getMessage().startsWith("some.jsonl line 1: expected "), e.getMessage());
        for (String name : named) {
            assertTrue(e.getMessage().contains(name.strip()), name + " isn't named in: " + e.getMessage());
        }
        assertFalse(
                e.getMessage().matches("(?s).*(jackson|StreamRead|JsonToken|START_|START_OBJECT|\\(code |Source:).*"),
                e.getMessage());
    }

    private static String roles(SourceText text) {
        return ((Conversation) text)
                .messages().stream()
                        .map(message -> message.role() + ":" + message.content())
                        .toList()
                        .toString();
    }

    private static String messages(String messages) {
        return "{\"messages\": [" + messages + "]}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"prompt\": \"a\", \"prompt_id\": \"f0\", \"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"c\"}, {\"role\": \"assistant\", \"content\": \"d\"}]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}, {\"role\": \"user\", \"content\": \"c\"}, {\"role\": \"assistant\", \"content\": \"d\"}], \"prompt\": \"a\\n\"}",
                "{\"prompt\": null, \"text\": \"\", \"turns\": [], \"conversations\": [{\"from\": \"human\", \"value\": \"a\"}, {\"from\": \"gpt\", \"value\": \"b\"}, {\"from\": \"human\", \"value\": \"c\"}, {\"from\": \"gpt\", \"value\": \"d\"}]}"
            })
    void aPromptThatRepeatsTheFirstTurnHidesNothing(String line) {
        assertEquals("[user:a, assistant:b, user:c, assistant:d]", roles(kept(line)));
        assertEquals(List.of("a", "c"), prompt(line).turns());
    }

    private static final String TALK =
            "[{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\"}]";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "prompt": "other", "messages": TALK            | "prompt" to repeat | "messages"
        "prompt": ["a"], "messages": TALK              | "prompt" to be a text | ["a"]
        "prompt": "a", "text": "b"                     | "prompt" | "text"
        "prompt": "a", "turns": ["a"]                  | "prompt" | "turns"
        "prompt": "a", "input_ids": [1, 2]             | "prompt" | "input_ids"
        "messages": TALK, "conversations": TALK        | "messages" | "conversations"
        "messages": TALK, "text": "b"                  | "messages" | "text"
        "turns": ["a"], "messages": TALK               | "turns" | "messages"
        "text": "a", "input_ids": [1, 2]               | "text" | "input_ids"
        "prompt": "a", "messages": TALK, "text": "b"   | "prompt" | "text"
        "text": "t", "instruction": "i", "input": "", "output": "o" | "instruction" | "text"
        "text": "t", "output": "o"                     | "output" | "text"
        "prompt": "a", "instruction": "i"              | "instruction" | "prompt"
        "prompt": "a", "input": "i"                    | "input" | "prompt"
        "prompt": "a", "context": "i"                  | "context" | "prompt"
        "prompt": "a", "system_prompt": "s"            | "system_prompt" | "prompt"
        "messages": TALK, "completion": "c"            | "completion" | "messages"
        "messages": TALK, "chosen": TALK, "rejected": TALK | "chosen" | "messages"
        "messages": TALK, "response": "r"              | "response" | "messages"
        "text": "a", "tools": [{"name": "f"}]          | "tools" | "text"
        "input_ids": [1, 2], "tools": "[{}]"           | "tools" | "input_ids"
        "messages": TALK, "functions": [{"name": "f"}] | "functions" | "messages"
        "messages": TALK, "tool_choice": "auto"        | "tool_choice" | "messages"
        "messages": TALK, "images": ["x.png"]          | "images" | "messages"
        "messages": TALK, "weight": 0                  | "weight" | '0'
        "messages": TALK, "train": false               | "train" | 'false'
        "messages": TALK, "loss_mask": [0, 1]          | "loss_mask" | "messages"
        "messages": TALK, "train_on_inputs": true      | "train_on_inputs" | "messages"
        "messages": TALK, "labels": [1, 2]             | "labels" | "messages"
        "messages": TALK, "history": [["a", "b"]]      | "history" | "messages"
        "prompt": "a", "Messages": TALK                | "Messages" | "prompt"
        "messages": TALK, "System": "s"                | "System" | "messages"
        "messages": TALK, "input-ids": [1, 2]          | "input-ids" | "messages"
        "messages": TALK, "system_instruction": "s"    | "system_instruction" | "messages"
        "messages": TALK, "systemInstruction": {"parts": [{"text": "s"}]} | "systemInstruction" | "messages"
        "messages": TALK, "system_message": "s"        | "system_message" | "messages"
        "messages": TALK, "developer": "s"             | "developer" | "messages"
        "messages": TALK, "mask_history": "true"       | "mask_history" | "messages"
        "messages": TALK, "label": false               | "label" | 'false'
        "messages": TALK, "kto_tag": true              | "kto_tag" | 'true'
        "messages": TALK, "reasoning": "hm"            | "reasoning" | "messages"
        "messages": TALK, "chat_template_kwargs": {"enable_thinking": false} | "chat_template_kwargs" | "messages"
        "text": "a", "system": "s"                     | "system" | "text"
        "input_ids": [1, 2], "system": "s"             | "system" | "input_ids"
        """)
    void fieldsThatDisagreeAreBothNamed(String fields, String first, String second) {
        String line = "{" + fields.replace("TALK", TALK) + "}";
        refused(line, (text, error) -> text, first, second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"source\": \"web\"",
                "\"metadata\": {\"a\": 1}",
                "\"tools\": []",
                "\"tools\": \"[]\"",
                "\"images\": null",
                "\"input\": \"\"",
                "\"weight\": 1",
                "\"train\": true",
                "\"split\": \"train\"",
                "\"label\": \"good\"",
                "\"label\": 3",
                "\"operating_system\": \"linux\"",
                "\"training_set\": \"alpaca\"",
                "\"source_files\": [\"a\"]",
                "\"score\": 0.5",
                "\"loss_mask\": null",
                "\"system\": \"\"",
                "\"system\": null",
                "\"system\": []",
                "\"system\": [{\"type\": \"text\", \"text\": \"s\"}]"
            })
    void whatChangesNothingPasses(String field) {
        assertTrue(roles(kept("{\"messages\": " + TALK + ", " + field + "}")).endsWith("user:a, assistant:b]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"s\"",
                "[{\"type\": \"text\", \"text\": \"s\", \"cache_control\": {\"type\": \"ephemeral\"}}]",
                "[{\"type\": \"input_text\", \"text\": \"s\"}]"
            })
    void aSystemBesideTheMessagesIsUsed(String system) {
        String line = "{\"system\": " + system + ", \"messages\": " + TALK + "}";
        assertEquals("[system:s, user:a, assistant:b]", roles(kept(line)));
        assertEquals("s", prompt(line).system());
        assertEquals(
                "s", prompt("{\"prompt\": \"a\", \"system\": " + system + "}").system());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "true",
                "{\"text\": \"s\"}",
                "[\"s\"]",
                "[{\"type\": \"image\", \"source\": {}}]",
                "[{\"type\": \"text\"}]",
                "[{\"type\": \"text\", \"text\": 7}]"
            })
    void aSystemThatCannotBeReadIsRefused(String system) {
        refused("{\"system\": " + system + ", \"messages\": " + TALK + "}", (text, error) -> text, "\"system\"");
        refused("{\"prompt\": \"a\", \"system\": " + system + "}", (text, error) -> text, "\"system\"");
    }

    @Test
    void aLateSystemMessageStaysInItsPlaceOrIsRefused() {
        String late = messages(
                "{\"role\": \"user\", \"content\": \"one\"}, {\"role\": \"assistant\", \"content\": \"1\"}, {\"role\": \"system\", \"content\": \"shout\"}, "
                        + "{\"role\": \"user\", \"content\": \"two\"}, {\"role\": \"assistant\", \"content\": \"TWO\"}");
        assertEquals("[user:one, assistant:1, system:shout, user:two, assistant:TWO]", roles(kept(late)));
        refused(late, SourceUse::prompt, "system message", "'shout'");
        String two = messages(
                "{\"role\": \"system\", \"content\": \"first\"}, {\"role\": \"developer\", \"content\": \"second\"}, {\"role\": \"user\", \"content\": \"a\"}, "
                        + "{\"role\": \"assistant\", \"content\": \"b\"}");
        assertEquals("[system:first, system:second, user:a, assistant:b]", roles(kept(two)));
        refused(two, SourceUse::prompt, "'second'");
        refused("{\"system\": \"top\", " + two.substring(1), (text, error) -> text, "\"system\"", "'top'", "'first'");
        refused(
                messages("{\"role\": \"system\", \"content\": 7}, {\"role\": \"user\", \"content\": \"a\"}"),
                (text, error) -> text,
                "\"messages\"[0]",
                "'7'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "narrator",
                "Human",
                "GPT",
                "bing",
                "User",
                "ASSISTANT",
                " user",
                "system ",
                "ipython",
                "",
                "us\\ud83der",
                "a\\u0000b"
            })
    void otherRolesAreRefused(String role) {
        refused(
                "{\"conversations\": [{\"from\": \"" + role
                        + "\", \"value\": \"a\"}, {\"from\": \"gpt\", \"value\": \"b\"}]}",
                (text, error) -> text,
                "a role",
                "\"conversations\"[0]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function"}]} | "tool_calls"
        {"role": "assistant", "content": "b", "tool_calls": [{"id": "c"}]} | "tool_calls"
        {"role": "assistant", "content": null, "function_call": {"name": "f"}} | "function_call"
        {"role": "assistant", "content": null, "refusal": "no"}          | "refusal"
        {"role": "assistant", "content": "b", "reasoning": "hm"}         | "reasoning"
        {"role": "assistant", "content": "b", "thinking": "hm"}          | "thinking"
        {"role": "assistant", "content": "b", "prefix": true}            | "prefix"
        {"role": "assistant", "content": "b", "audio": {"id": "x"}}      | "audio"
        {"role": "assistant", "content": "b", "toolCalls": [{}]}         | "toolCalls"
        {"role": "assistant", "content": "b", "unknown": {"a": 1}}       | "unknown"
        {"role": "assistant", "content": "b", "loss_mask": 0}            | "loss_mask"
        {"role": "assistant", "content": "b", "train_on_turn": false}    | "train_on_turn"
        {"role": "assistant", "content": "b", "trainable": false}        | "trainable"
        {"role": "assistant", "content": "b", "backprop": false}         | "backprop"
        {"role": "assistant", "content": "b", "is_masked": "no"}         | "is_masked"
        {"role": "assistant", "content": "b", "mask": true}              | "mask"
        {"role": "assistant", "content": "b", "lossWeight": 0.5}         | "lossWeight"
        {"role": "assistant", "content": "b", "train_detail": [{"begin_offset": 0}]} | "train_detail"
        {"role": "assistant", "content": "b", "weight": 0.5}             | "weight"
        {"role": "assistant", "content": "b", "weight": "0"}             | "weight"
        {"role": "assistant", "content": "b", "weight": 1, "train": false} | weight
        {"role": "assistant", "content": "b", "loss": 2}                 | "loss"
        {"role": "assistant", "content": "b", "value": "c"}              | "value"
        {"role": "assistant", "from": "human", "content": "b"}           | "from"
        {"role": "assistant", "content": "b", "Content": "c"}            | "Content"
        {"role": "assistant", "content": {"text": "b"}}                  | a content
        {"role": "assistant", "content": 7}                              | a content
        {"role": "assistant", "content": [{"type": "tool_use"}]}         | type text
        {"role": "assistant", "content": [{"type": "text", "text": "b"}, {"type": "image_url", "image_url": {}}]} | type text
        {"role": "assistant", "content": ["b"]}                          | type text
        {"role": "assistant", "content": [{"type": "text", "text": "b", "weight": 0}]} | "weight"
        {"role": "assistant", "content": [{"type": "text", "text": "b", "annotations": [{"url": "u"}]}]} | "annotations"
        """)
    void fieldsOfMessagesThatCannotBeHonouredAreRefused(String message, String named) {
        refused(
                messages("{\"role\": \"user\", \"content\": \"a\"}, " + message),
                (text, error) -> text,
                named,
                "\"messages\"[1]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tool_calls\": []",
                "\"tool_calls\": null",
                "\"refusal\": null",
                "\"annotations\": []",
                "\"id\": \"m1\"",
                "\"timestamp\": 12.5",
                "\"metadata\": {\"a\": 1}",
                "\"name\": \"\"",
                "\"prefix\": false",
                "\"country\": \"PE\"",
                "\"mask\": null"
            })
    void fieldsOfMessagesThatSayNothingPass(String field) {
        assertEquals(
                "[user:a, assistant:b]",
                roles(kept(messages("{\"role\": \"user\", \"content\": \"a\", " + field
                        + "}, {\"role\": \"assistant\", \"content\": \"b\", " + field + "}"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"weight\": 0",
                "\"weight\": 0.0",
                "\"train\": false",
                "\"training\": false",
                "\"loss\": false",
                "\"loss\": 0",
                "\"weight\": 0, \"train\": false"
            })
    void answersThatAreNotToBeTrainedAreNotTrained(String mark) {
        Conversation kept = (Conversation)
                kept(
                        messages(
                                "{\"role\": \"system\", \"content\": \"\"}, {\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", "
                                        + "\"content\": \"b\", " + mark
                                        + "}, {\"role\": \"user\", \"content\": \"c\"}, {\"role\": \"assistant\", \"content\": \"d\", \"weight\": 1}"));
        assertEquals(Set.of(1), kept.untrained());
        MaskedTokens masked = MaskedConversation.of(FakeChat.chatml(), kept).get(0);
        assertEquals(1, masked.responses().size());
        ResponseSpan span = masked.responses().get(0);
        assertEquals("d<|im_end|>", FakeChat.chatml().spell(masked.tokens(), span.start(), span.end()));
        assertTrue(
                FakeChat.chatml().spell(masked.tokens(), 0, span.start()).contains("b<|im_end|>"), "it is still read");
        refused(
                messages("{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\", "
                        + mark + "}"),
                (text, error) -> SourceUse.kept(text, VOCABULARY, error),
                "an answer that is trained");
        assertEquals(
                List.of(),
                List.copyOf(((Conversation) kept(messages(
                                "{\"role\": \"user\", \"content\": \"a\", \"weight\": null}, {\"role\": \"assistant\", "
                                        + "\"content\": \"b\", \"loss\": true}")))
                        .untrained()));
        refused(
                messages("{\"role\": \"user\", \"content\": \"a\", \"train\": true}"),
                (text, error) -> text,
                "\"train\"",
                "\"messages\"[0]");
    }

    @Test
    void aSystemBesideKeepsWhichAnswersAreTrained() {
        assertEquals(
                Set.of(2),
                ((Conversation) kept("{\"system\": \"s\", "
                                + messages(
                                                "{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": \"b\", "
                                                        + "\"train\": false}, {\"role\": \"user\", \"content\": \"c\"}, {\"role\": \"assistant\", \"content\": \"d\"}")
                                        .substring(1)))
                        .untrained());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"role": "system", "content": "s"}                                                                      | a turn of the user
        {"role": "assistant", "content": "hello"}, {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"} | a turn of the user before the first answer, found none before 'hello'
        {"role": "system", "content": "s"}, {"role": "assistant", "content": "hello"}                           | a turn of the user before the first answer
        {"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "assistant", "content": "c"} | before each answer, found another answer before 'c'
        {"role": "user", "content": "a"}, {"role": "assistant", "content": ""}                                  | a blank one
        {"role": "user", "content": ""}, {"role": "assistant", "content": "b"}                                  | that is not blank
        {"role": "tool", "content": null}, {"role": "assistant", "content": "b"}                                | that is not blank
        {"role": "user"}, {"role": "assistant", "content": "b"}                                                 | a content
        """)
    void whatHasNoAnswerToTrainIsShownByItsLine(String line, String named) {
        refused(messages(line), (text, error) -> SourceUse.known(text, VOCABULARY, error), named);
    }

    @Test
    void otherOrdersAreUsed() {
        assertEquals(
                List.of("a"),
                prompt(
                                messages(
                                        "{\"role\": \"assistant\", \"content\": \"hello\"}, {\"role\": \"user\", \"content\": \"a\"}"))
                        .turns(),
                "answers in the file are not read");
        assertEquals(
                "[user:a, user:b, assistant:c]",
                roles(kept(
                        messages("{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"user\", \"content\": \"b\"}, "
                                + "{\"role\": \"assistant\", \"content\": \"c\"}"))));
        assertEquals(
                "[user:a, assistant:f, tool:t, assistant:c, user:d]",
                roles(
                        kept(
                                "{\"conversations\": [{\"from\": \"human\", \"value\": \"a\"}, {\"from\": "
                                        + "\"function_call\", \"value\": \"f\"}, {\"from\": \"observation\", \"value\": \"t\"}, {\"from\": \"gpt\", \"value\": \"c\"}, {\"from\": \"human\", \"value\": \"d\"}]}")));
        assertEquals(
                "[user:a\nb, assistant:c]",
                roles(
                        kept(
                                messages(
                                        "{\"role\": \"user\", \"content\": [{\"type\": \"input_text\", \"text\": \"a\"}, {\"type\": \"text\", "
                                                + "\"text\": \"b\"}]}, {\"role\": \"assistant\", \"content\": [{\"type\": \"output_text\", \"text\": \"c\", \"annotations\": []}]}"))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"prompt": "cut emoji \\ud83d and on"}                | "prompt" | U+D83D at index 10
        {"prompt": "\\udeaa low"}                             | "prompt" | U+DEAA at index 0
        {"prompt": "\\ude00\\ud83d swapped"}                  | "prompt" | U+DE00
        {"id": "x\\ud83d", "prompt": "one"}                   | "id" | U+D83D at index 1
        {"question_id": "x\\udeaa", "prompt": "one"}          | "question_id" | U+DEAA
        {"category": "x\\ud83d", "prompt": "one"}             | "category" | U+D83D
        {"turns": ["a", "\\ud83d"]}                           | "turns" | U+D83D
        {"text": "a\\ud83d"}                                  | "text" | U+D83D at index 1
        {"prompt": "a", "system": "\\ud83d"}                  | "system" | U+D83D
        {"messages": [{"role": "user", "content": "\\ud83d"}]} | "messages"[0] | U+D83D
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "\\ud83d"}]}]} | "messages"[0] | U+D83D
        {"category": 1.5, "prompt": "one"}                    | "category" | '1.5'
        {"id": "a\\u0000", "prompt": "one"}                   | "id" | U+0000
        """)
    void halfCharactersAreRefused(String line, String field, String found) {
        refused(line, (text, error) -> text, field, found);
    }

    @Test
    void wholeCharactersAreKept() {
        assertEquals(
                "\uD83D\uDE00 \u05E9 \uFFFD \uE000 e\u0301\u200D",
                prompt("{\"prompt\": \"\\ud83d\\ude00 \u05E9 \uFFFD \uE000 e\u0301\u200D\"}")
                        .turns()
                        .get(0));
    }

    @Test
    void partsOfATextAndOtherTextsAreNotCalledTheSame() {
        for (String[] ids : new String[][] {{"a", "a#2"}, {"a#2", "a"}, {"a", "a#17"}}) {
            String lines = "{\"id\": \"" + ids[0] + "\", \"prompt\": \"a\"}\n{\"id\": \"" + ids[1]
                    + "\", \"prompt\": \"b\"}\n";
            GtoException e = assertThrows(GtoException.class, () -> prompt(lines));
            assertTrue(
                    e.getMessage().startsWith("some.jsonl line 2: expected ids that differ")
                            && e.getMessage().contains("line 1"),
                    e.getMessage());
        }
        assertEquals(
                "issue#1",
                prompt("{\"id\": \"issue#1\", \"prompt\": \"a\"}\n{\"id\": \"issue#2\", \"prompt\": \"b\"}\n")
                        .id());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"input_ids": [1, 2, 3], "labels": [-100, 2, -100]}                           | true
        {"input_ids": [1, 2, 3], "labels": [-100, 2, -100], "attention_mask": [1, 1, 1], "loss_mask": [0, 1, 0]} | true
        {"input_ids": [1, 2, 3], "labels": [-100, -100, -100]}                        | none
        {"input_ids": [1, 2, 3], "labels": [2, 3, -100]}                              | each of "labels" to be the token itself, 1, or -100, found '2' at index 0
        {"input_ids": [1, 2, 3], "labels": [1, 2]}                                    | as many "labels"
        {"input_ids": [1, 2, 3], "attention_mask": [1, 1, 0]}                         | "attention_mask"
        {"input_ids": [1, 2, 3], "labels": [1, 2, -100], "loss_mask": [1, 1, 1]}      | to say the same, found other things at index 2
        {"input_ids": [1, 2, 3], "assistant_masks": [0, 1, 1]}                        | "assistant_masks"
        {"input_ids": [1, 2, 3], "position_ids": [0, 1, 2]}                           | "position_ids"
        {"input_ids": [[1, 2, 3]]}                                                    | each of "input_ids"
        {"input_ids": "1 2 3"}                                                        | "input_ids" to be an array
        {"input_ids": [1, 2, 4294967298]}                                             | each of "input_ids"
        """)
    void whatIsTrainedOfTokensIsHonoured(String line, String expected) {
        if (expected.equals("true")) {
            assertEquals("[false, true, false]", java.util.Arrays.toString(((TokenText) kept(line)).lossMask()));
        } else {
            refused(line, (text, error) -> SourceUse.kept(text, VOCABULARY, error), expected);
        }
    }
}
