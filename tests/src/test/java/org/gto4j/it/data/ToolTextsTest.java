package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.gto4j.data.Conversation;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.MaskedTokens;
import org.gto4j.data.OnBrokenLine;
import org.gto4j.data.Prefiller;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptTokens;
import org.gto4j.data.Reasoning;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.data.SourceFile;
import org.gto4j.data.SourceText;
import org.gto4j.data.SourceTexts;
import org.gto4j.data.TextTokens;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.ChatTemplate;
import org.gto4j.model.Device;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools, calls, results and reasoning in training files are written by the target's template as its chats are. */
class ToolTextsTest {
    /** In the manner of Qwen's. */
    private static final String TEMPLATE = """
            {%- if tools %}<|im_start|>system
            # Tools
            {% for tool in tools %}{{ tool | tojson }}
            {% endfor %}<|im_end|>
            {% endif %}
            {%- for m in messages %}
            {%- if m.role == 'tool' %}<|im_start|>user
            <tool_response>
            {{ m.content }}
            </tool_response><|im_end|>
            {% elif m.role == 'assistant' %}<|im_start|>assistant
            {% if m.reasoning_content %}<think>
            {{ m.reasoning_content }}
            </think>

            {% endif %}{{ m.content }}
            {%- for call in m.tool_calls %}<tool_call>
            {"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
            </tool_call>{% endfor %}<|im_end|>
            {% else %}<|im_start|>{{ m.role }}
            {{ m.content }}<|im_end|>
            {% endif %}
            {%- endfor %}
            {%- if add_generation_prompt %}<|im_start|>assistant
            {% endif %}""";

    private static final String TOOLS =
            "[{\"type\": \"function\", \"function\": {\"name\": \"add\", \"parameters\": {\"type\": \"object\"}}}]";
    private static final String USER = "{\"role\": \"user\", \"content\": \"1 + 2?\"}";
    private static final String CALL = "{\"role\": \"assistant\", \"content\": \"\", \"reasoning_content\": \"a sum\", "
            + "\"tool_calls\": [{\"id\": \"c1\", \"type\": \"function\", \"function\": {\"name\": \"add\", \"arguments\": "
            + "ARGUMENTS}}]}";
    private static final String RESULT =
            "{\"role\": \"tool\", \"content\": \"3 <|im_end|>\", \"tool_call_id\": \"c1\", \"name\": \"add\"}";
    private static final String ANSWER = "{\"role\": \"assistant\", \"content\": \"It is 3.\"}";

    @TempDir
    private Path folder;

    private static TargetModel open(String template) {
        try (Device device = Device.cpu(1)) {
            return TargetModel.open(
                    device,
                    TinyModels.target("--type", "F32"),
                    TargetOptions.builder()
                            .chatTemplate(new ChatTemplate(template, "test.jinja"))
                            .build());
        }
    }

    private static RegenerationOptions options() {
        return RegenerationOptions.builder()
                .maxPromptTokens(600)
                .maxResponseTokens(8)
                .batch(32)
                .slots(2)
                .build();
    }

    private Path file(String tools, String... messages) throws IOException {
        return Files.writeString(
                folder.resolve("talks.jsonl"),
                "{\"prompt\": \"hi\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", "
                        + "\"content\": \"yo\"}]}\n{\"id\": \"sum\", \"tools\": " + tools + ", \"messages\": ["
                        + String.join(", ", messages).replace("ARGUMENTS", "\"{\\\"a\\\": 1, \\\"b\\\": [2]}\"")
                        + "]}\n");
    }

    private static String spell(TargetModel target, int[] tokens, int start, int end) {
        StringBuilder text = new StringBuilder();
        for (int i = start; i < end; i++) {
            text.append(new String(target.tokenBytes(tokens[i], true), StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    @Test
    void textsAreThoseOfChatsAndCallsAreTrained() throws IOException {
        try (TargetModel target = open(TEMPLATE)) {
            SourceTexts<SourceText> texts =
                    SourceFile.kept(file(TOOLS, USER, CALL, RESULT, ANSWER), OnBrokenLine.FAIL, target);
            Conversation sum = (Conversation) texts.texts().get(1);
            MaskedTokens masked =
                    TextTokens.of(target, sum, 1000, Reasoning.keep()).get(0);
            List<String> trained = masked.responses().stream()
                    .map(span -> spell(target, masked.tokens(), span.start(), span.end()))
                    .toList();
            assertEquals(
                    List.of(
                            "<think>\na sum\n</think>\n\n<tool_call>\n{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\": [2]}}\n"
                                    + "</tool_call><|im_end|>",
                            "It is 3.<|im_end|>"),
                    trained);
            ChatOptions asked = ChatOptions.builder().toolsJson(TOOLS).build();
            String messages = "[" + String.join(", ", USER, CALL, RESULT) + "]";
            assertArrayEquals(
                    target.chatTokens(target.chatText(messages.replace("ARGUMENTS", "{\"a\": 1, \"b\": [2]}"), asked)),
                    Arrays.copyOf(masked.tokens(), masked.responses().get(1).start()),
                    "what a client's chat asks with stands before the answer");
            assertEquals(
                    List.of("</tool_call><|im_end|>", "It is 3.<|im_end|>"),
                    TextTokens.of(target, sum, 1000, Reasoning.drop()).get(0).responses().stream()
                            .map(span -> spell(target, masked.tokens(), span.start(), span.end()))
                            .map(text -> text.substring(text.lastIndexOf("\n") + 1))
                            .toList());
            try (Corpus corpus = Corpus.open(folder.resolve("corpus"), target)) {
                Prefiller.run(target, texts.texts(), corpus, options(), progress -> {});
                assertEquals(
                        masked.responses(), corpus.find("sum").orElseThrow().responses());
                Path other = file("null", USER, CALL, RESULT, ANSWER);
                GtoException e = assertThrows(
                        GtoException.class,
                        () -> Prefiller.run(
                                target,
                                SourceFile.kept(other, OnBrokenLine.FAIL, target)
                                        .texts(),
                                corpus,
                                options(),
                                progress -> {}));
                assertTrue(e.getMessage().contains("'sum'"), e.getMessage());
            }
        }
    }

    @Test
    void promptsAreAskedWithTheirTools() throws IOException {
        try (TargetModel target = open(TEMPLATE);
                Corpus corpus = Corpus.open(folder.resolve("corpus"), target)) {
            List<Prompt> prompts = SourceFile.prompts(file(TOOLS, USER, CALL), OnBrokenLine.FAIL)
                    .texts();
            PromptTokens.requireWritten(target, prompts.get(1));
            Regenerator.run(target, prompts, corpus, options(), progress -> {});
            CorpusSequence text = corpus.find("sum").orElseThrow();
            assertArrayEquals(
                    target.chatTokens(target.chatText(
                            "[" + USER + "]",
                            ChatOptions.builder().toolsJson(TOOLS).build())),
                    Arrays.copyOf(text.tokens(), text.promptLength()));
        }
    }

    /** Each line but the one that names a field writes all; the change leaves something out. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
        {{ tool | tojson }}                                   ; "tools"[0]  ; test.jinja leaves it out
        , "arguments": {{ call.function.arguments | tojson }} ; "tool_calls" ; message 2 of 4, of role assistant
        "name": "{{ call.function.name }}",                   ; "tool_calls" ; message 2 of 4, of role assistant
        {{ m.reasoning_content }}                             ; "reasoning_content" ; message 2 of 4, of role assistant
        """)
    void whatATemplateLeavesOutIsRefused(String written, String field, String where) throws IOException {
        Path file = file(TOOLS, USER, CALL, RESULT, ANSWER);
        assertTrue(TEMPLATE.contains(written), written);
        try (TargetModel target = open(TEMPLATE.replace(written, ""))) {
            GtoException e = assertThrows(GtoException.class, () -> SourceFile.kept(file, OnBrokenLine.FAIL, target));
            assertEquals(GtoException.Kind.FORMAT, e.kind());
            assertTrue(
                    e.getMessage()
                                    .startsWith(file
                                            + " line 2: expected messages that the target's chat template can write")
                            && e.getMessage().contains(field)
                            && e.getMessage().contains(where)
                            && e.getMessage().contains("test.jinja"),
                    e.getMessage());
            SourceTexts<SourceText> rest = SourceFile.kept(file, OnBrokenLine.SKIP, target);
            assertEquals(1, rest.texts().size());
            assertEquals(1, rest.broken().size());
        }
    }

    /** Before anything is read by the target. */
    @Test
    void answersThatTheTemplateDoesNotShowAreRefused() throws IOException {
        Path file = file("null", USER, ANSWER);
        try (TargetModel target =
                open(TEMPLATE.replace("<|im_start|>assistant\n{% endif %}", "<|im_start|>model\n{% endif %}"))) {
            GtoException e = assertThrows(GtoException.class, () -> SourceFile.kept(file, OnBrokenLine.FAIL, target));
            assertTrue(
                    e.getMessage().startsWith(file + " line 1: expected messages")
                            && e.getMessage().contains("turn 2")
                            && e.getMessage().contains("model'"),
                    e.getMessage());
        }
    }

    @Test
    void namesOfSpeakersAreWrittenOrRefused() throws IOException {
        Path file = file("[]", USER.replace("}", ", \"name\": \"Ann\"}"), ANSWER);
        try (TargetModel target = open(TEMPLATE)) {
            GtoException e = assertThrows(GtoException.class, () -> SourceFile.kept(file, OnBrokenLine.FAIL, target));
            assertTrue(e.getMessage().contains("message 1 of 2, of role user"), e.getMessage());
            assertTrue(e.getMessage().contains("\"name\""), e.getMessage());
        }
        try (TargetModel target =
                open(TEMPLATE.replace("<|im_start|>{{ m.role }}", "<|im_start|>{{ m.name or m.role }}"))) {
            SourceText text =
                    SourceFile.kept(file, OnBrokenLine.FAIL, target).texts().get(1);
            MaskedTokens masked =
                    TextTokens.of(target, text, 1000, Reasoning.keep()).get(0);
            assertTrue(spell(target, masked.tokens(), 0, masked.tokens().length).contains("<|im_start|>Ann\n"));
        }
    }

    @Test
    void aModelWithoutATemplateHasNoTools() throws IOException {
        try (TargetModel target = TinyModels.open("--no-template")) {
            for (Path file : List.of(file(TOOLS, USER, ANSWER), file("null", USER, CALL))) {
                GtoException e =
                        assertThrows(GtoException.class, () -> SourceFile.kept(file, OnBrokenLine.FAIL, target));
                assertTrue(e.getMessage().contains("line 2") && e.getMessage().contains("tools"), e.getMessage());
            }
        }
    }
}
