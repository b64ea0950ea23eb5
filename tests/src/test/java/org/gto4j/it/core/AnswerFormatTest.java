package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gto4j.ChatAnswer;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.error.GtoException.Kind;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AnswerFormat;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.ChatTemplate;
import org.gto4j.model.ChatTool;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;
import org.gto4j.model.ToolCall;
import org.gto4j.model.ToolChoice;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls of tools and answers by a JSON schema, of a target whose template writes calls as Qwen's and Hermes' do. */
class AnswerFormatTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ROOM = 400;
    private static final TreePolicy TREE = new DynamicTree(4, 4, 12);
    private static final List<ChatMessage> QUESTION = List.of(ChatMessage.user("What is it like in Paris?"));
    private static final String TEMPLATE = """
            {% if tools %}<|im_start|>system
            Tools, to be called within <tool_call></tool_call>: {{ tools | tojson }}<|im_end|>
            {% endif %}{% for m in messages %}<|im_start|>{{ m.role }}
            {{ m.content }}{% for c in m.tool_calls or [] %}
            <tool_call>
            {"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}
            </tool_call>{% endfor %}<|im_end|>
            {% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
            {% endif %}""";
    private static final ChatTool WEATHER = new ChatTool("get_weather", "The weather of a city", """
            {"type": "object", "properties": {"city": {"enum": ["Paris", "Rome"]}, "hot": {"type": "boolean"}},
             "required": ["city", "hot"], "additionalProperties": false}""");
    private static final String SCHEMA = """
            {"type": "object", "properties": {"city": {"type": "string", "maxLength": 5},
             "days": {"type": "integer", "minimum": 0, "maximum": 99}}, "required": ["city", "days"],
             "additionalProperties": false}""";

    private static TargetModel target;
    private static DraftModel draft;

    @BeforeAll
    static void open() {
        TargetOptions options = TargetOptions.builder()
                .chatTemplate(new ChatTemplate(TEMPLATE, "the test's template"))
                .build();
        try (Device device = Device.cpu(1)) {
            target = TargetModel.open(
                    device,
                    TinyModels.target("--vocab", "330", "--seed", "5", "--user-defined", "<tool_call>\n"),
                    options);
        }
        draft = TinyModels.randomDraft(target, 7);
    }

    @AfterAll
    static void close() {
        draft.close();
        target.close();
    }

    private static ChatOptions tools(ToolChoice choice) {
        return ChatOptions.builder().tools(List.of(WEATHER)).toolChoice(choice).build();
    }

    private static ChatAnswer answer(TreePolicy policy, ChatOptions chat, SamplerOptions sampler) {
        GenerationOptions options =
                GenerationOptions.builder().maxTokens(ROOM).sampler(sampler).build();
        try (TreeDecoder decoder = TreeDecoder.builder(target)
                .draft(draft)
                .policy(policy)
                .f32Cache(true)
                .build()) {
            return decoder.answer(QUESTION, chat, options, text -> {});
        }
    }

    /** Greedy for seed 0. */
    private static SamplerOptions.Builder drawn(int seed) {
        return SamplerOptions.builder().temperature(seed == 0 ? 0 : 1).seed(seed);
    }

    /** A random model begins no call by itself, and ends none: one call, then the end, which the prompt holds, too. */
    private static SamplerOptions calling(int seed) {
        int call = target.tokenize("<tool_call>\n", false, true)[0];
        int end = target.tokenize("<|im_end|>", false, true)[0];
        return drawn(seed)
                .penalties(-1, 1, 0, 40)
                .logitBias(Map.of(call, 60f, end, 70f))
                .build();
    }

    private static ToolCall callOf(ChatAnswer answer) {
        assertEquals(1, answer.message().toolCalls().size(), answer::toString);
        return answer.message().toolCalls().get(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5})
    void aRequiredCallIsOneThatTheToolTakes(int seed) throws IOException {
        SamplerOptions sampler = calling(seed);
        ChatAnswer plain = answer(new NoTree(), tools(ToolChoice.REQUIRED), sampler);
        ToolCall call = callOf(plain);
        assertEquals("get_weather", call.name());
        JsonNode arguments = JSON.readTree(call.arguments());
        assertTrue(Set.of("Paris", "Rome").contains(arguments.path("city").asText()), call.arguments());
        assertTrue(arguments.path("hot").isBoolean(), call.arguments());
        assertEquals(2, arguments.size(), call.arguments());

        ChatAnswer drafted = answer(TREE, tools(ToolChoice.REQUIRED), sampler);
        if (seed == 0) {
            assertEquals(plain.generation().text(), drafted.generation().text());
            assertTrue(drafted.generation().statistics().tau() >= 1);
        } else {
            assertEquals("get_weather", callOf(drafted).name());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anAnswerFollowsItsSchema(int seed) throws IOException {
        ChatOptions chat = ChatOptions.builder().jsonSchema(SCHEMA).build();
        SamplerOptions sampler = drawn(seed).build();
        ChatAnswer drafted = answer(TREE, chat, sampler);
        JsonNode json = JSON.readTree(drafted.message().content());
        assertTrue(json.path("city")
                        .asText()
                        .codePointCount(0, json.path("city").asText().length())
                <= 5);
        assertTrue(json.path("days").asInt(-1) >= 0 && json.path("days").asInt() <= 99, json.toString());
        assertTrue(drafted.message().toolCalls().isEmpty());
        if (seed == 0) {
            assertEquals(
                    answer(new NoTree(), chat, sampler).generation().text(),
                    drafted.generation().text());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aCallThatTheModelBeginsIsOneThatTheToolTakes(int seed) throws IOException {
        ChatAnswer drafted = answer(TREE, tools(ToolChoice.AUTO), calling(seed));
        ToolCall call = callOf(drafted);
        assertEquals("get_weather", call.name());
        assertTrue(JSON.readTree(call.arguments()).path("hot").isBoolean(), call.arguments());
    }

    @Test
    void callsAreReadOffAnAnswer() {
        try (AnswerFormat format = target.answerFormat(QUESTION, tools(ToolChoice.AUTO))) {
            assertTrue(format.grammar().isPresent());
            assertEquals("<tool_call>", format.triggers().get(0).text().strip());
            String call =
                    "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Rome\", \"hot\": true}}";
            ChatMessage whole = format.read("I look it up.\n" + call + "\n</tool_call>");
            assertEquals("assistant", whole.role());
            assertEquals("I look it up.", whole.content().strip());
            assertEquals(1, whole.toolCalls().size());
            assertEquals("get_weather", whole.toolCalls().get(0).name());
            assertEquals(
                    "{\"city\":\"Rome\",\"hot\":true}",
                    whole.toolCalls().get(0).arguments().replace(" ", ""));
            assertEquals("call00001", whole.toolCalls().get(0).id());

            assertEquals(List.of(), format.read("It is warm.").toolCalls());
            assertEquals("It is warm.", format.read("It is warm.").content());
            assertNull(format.read("It is warm.").reasoning());

            ChatMessage begun = format.readSoFar("I look it up.\n" + call.substring(0, call.length() - 20));
            assertEquals("I look it up.", begun.content().strip());
            GtoException cut =
                    assertThrows(GtoException.class, () -> format.read(call.substring(0, call.length() - 20)));
            assertEquals(Kind.FORMAT, cut.kind(), cut.getMessage());
        }
    }

    @Test
    void theNextTurnHoldsCallAndResult() {
        try (AnswerFormat format = target.answerFormat(QUESTION, tools(ToolChoice.AUTO))) {
            ChatMessage call = format.read(
                    "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Rome\", \"hot\": true}}\n</tool_call>");
            String id = call.toolCalls().get(0).id();
            String text = target.chatText(
                            List.of(QUESTION.get(0), call, ChatMessage.tool(id, "get_weather", "20 degrees")),
                            tools(ToolChoice.AUTO))
                    .text();
            assertTrue(
                    text.contains("{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Rome\", \"hot\": true}}"),
                    text);
            assertTrue(text.contains("20 degrees"), text);
        }
    }

    @Test
    void whatCantBeMetIsSaid() {
        ChatOptions.Builder chat = ChatOptions.builder();
        refused(() -> chat.toolChoice(ToolChoice.REQUIRED).build(), "toolChoice");
        refused(() -> tools(ToolChoice.AUTO, "[]"), "jsonSchema");
        refused(
                () -> target.answerFormat(
                                QUESTION,
                                ChatOptions.builder()
                                        .jsonSchema("{\"type\": \"wrong\"}")
                                        .build())
                        .close(),
                "wrong");
        refused(
                () -> target.answerFormat(
                                QUESTION,
                                ChatOptions.builder()
                                        .toolsJson("[{\"type\": \"magic\"}]")
                                        .build())
                        .close(),
                "tools");
        refused(() -> SamplerOptions.builder().jsonSchema("{").build(), "JSON schema");
        try (AnswerFormat format = target.answerFormat(QUESTION, tools(ToolChoice.REQUIRED))) {
            refused(
                    () -> format.constrain(
                            SamplerOptions.builder().grammar("root ::= \"a\"").build()),
                    "grammar already");
            refused(() -> format.read("[".repeat(20000)), "answer");
        }
    }

    private static void tools(ToolChoice choice, String schema) {
        ChatOptions.builder()
                .tools(List.of(WEATHER))
                .toolChoice(choice)
                .jsonSchema("{\"enum\": " + schema + "}")
                .build();
    }

    private static void refused(Runnable call, String named) {
        GtoException e = assertThrows(GtoException.class, call::run);
        assertTrue(Set.of(Kind.ARGUMENT, Kind.FORMAT).contains(e.kind()), e.toString());
        assertTrue(e.getMessage().contains(named), e.getMessage());
        assertFalse(e.getMessage().isBlank());
    }
}
