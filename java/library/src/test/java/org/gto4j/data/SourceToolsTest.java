package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ToolCall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools, calls, results and reasoning in lines of source files. */
class SourceToolsTest {
    private static final String TOOL = "{\"type\": \"function\", \"function\": {\"name\": \"add\"}}";
    private static final String USER = "{\"role\": \"user\", \"content\": \"1 + 2?\"}";
    private static final String CALL = "{\"role\": \"assistant\", \"content\": null, \"reasoning_content\": \"a sum\", "
            + "\"tool_calls\": [{\"id\": \"c1\", \"type\": \"function\", \"index\": 0, \"function\": {\"name\": \"add\", "
            + "\"arguments\": \"{\\\"a\\\": 1, \\\"b\\\": 2}\"}}]}";
    private static final String RESULT =
            "{\"role\": \"tool\", \"content\": \"3\", \"tool_call_id\": \"c1\", \"name\": \"add\"}";
    private static final String ANSWER = "{\"role\": \"assistant\", \"content\": \"It is 3.\"}";

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

    private static Conversation kept(String line) {
        return (Conversation) read(line, (text, error) -> SourceUse.kept(text, 100, error));
    }

    private static String line(String tools, String... messages) {
        return "{\"tools\": " + tools + ", \"messages\": [" + String.join(", ", messages) + "]}";
    }

    private static void refused(String line, SourceFile.Use<?> use, String... named) {
        GtoException e = assertThrows(GtoException.class, () -> read(line, use), line);
        assertEquals(GtoException.Kind.FORMAT, e.kind());
        assertTrue(e.getMessage().startsWith("some.jsonl line 1: expected "), e.getMessage());
        for (String name : named) {
            assertTrue(e.getMessage().contains(name), name + " isn't named in: " + e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[TOOL]", "\"[QUOTED]\""})
    void whatAMessageSaysIsKept(String tools) {
        Conversation conversation = kept(line(
                tools.replace("TOOL", TOOL).replace("QUOTED", TOOL.replace("\"", "\\\"")), USER, CALL, RESULT, ANSWER));
        assertEquals("[" + TOOL.replace(" ", "") + "]", conversation.tools());
        assertEquals(
                List.of(
                        ChatMessage.user("1 + 2?"),
                        ChatMessage.assistant("")
                                .withReasoning("a sum")
                                .withToolCalls(List.of(new ToolCall("c1", "add", "{\"a\":1,\"b\":2}"))),
                        ChatMessage.tool("c1", "add", "3"),
                        ChatMessage.assistant("It is 3.")),
                conversation.messages());
    }

    @Test
    void argumentsMayBeAnObject() {
        String call = CALL.replace("\"{\\\"a\\\": 1, \\\"b\\\": 2}\"", "{\"a\": 1, \"b\": 2}");
        assertEquals(kept(line("null", USER, CALL)), kept(line("[]", USER, call)));
        assertNull(kept(line("\"[]\"", USER, CALL)).tools());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {"a": 1}                    | "tools" to be an array
        7                           | "tools" to be an array
        "add"                       | "tools" to be JSON
        "{}"                        | "tools" to be an array
        ["add"]                     | "tools"[0] to be a tool
        [{"type": "function"}]      | a name of the function of "tools"[0]
        [TOOL, {"function": {"name": 3}}] | a name of the function of "tools"[1]
        [{"name": "a\\ud83d"}]      | U+D83D
        [{"name": "a", "x": "\\ud83d"}] | "tools" to be texts of whole characters
        """)
    void toolsThatAreNoneAreRefused(String tools, String named) {
        refused(line(tools.replace("TOOL", TOOL), USER, ANSWER), (text, error) -> text, named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        "tool_calls": {"name": "f"}                                              | "tool_calls" of "messages"[1] to be an array
        "tool_calls": "f()"                                                      | "tool_calls" of "messages"[1] to be an array
        "tool_calls": [7]                                                        | "tool_calls"[0] of "messages"[1]
        "tool_calls": [{"name": "f", "arguments": {}}]                           | to be an object with a "function"
        "tool_calls": [{"type": "code", "function": {"name": "f", "arguments": {}}}] | "type" of "tool_calls"[0]
        "tool_calls": [{"function": {"arguments": {}}}]                          | "name" of the function of "tool_calls"[0]
        "tool_calls": [{"function": {"name": "f"}}]                              | "arguments" of the function of "tool_calls"[0]
        "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]            | "arguments" of the function of "tool_calls"[0]
        "tool_calls": [{"function": {"name": "f", "arguments": "[1]"}}]          | "arguments" of the function of "tool_calls"[0]
        "tool_calls": [{"function": {"name": "f", "arguments": {"a": "\\ud83d"}}}] | "arguments" of the function of "tool_calls"[0]
        "tool_calls": [{"id": 7, "function": {"name": "f", "arguments": {}}}]    | "id" of "tool_calls"[0]
        "tool_calls": [{"result": "3", "function": {"name": "f", "arguments": {}}}] | "result" of "tool_calls"[0]
        "tool_calls": [{"function": {"name": "f", "arguments": {}, "output": "3"}}] | "output" of the function of "tool_calls"[0]
        "reasoning_content": 7                                                   | "reasoning_content" of "messages"[1]
        "tool_call_id": "c1"                                                     | "tool_call_id" of "messages"[1], a turn of the assistant
        "name": ["a"]                                                            | "name" of "messages"[1]
        """)
    void fieldsOfAnswersThatCannotBeReadAreRefused(String field, String named) {
        refused(
                line("[]", USER, "{\"role\": \"assistant\", \"content\": \"b\", " + field + "}"),
                (text, error) -> text,
                named);
    }

    @Test
    void fieldsBelongToRoles() {
        String calls = CALL.substring(CALL.indexOf("\"tool_calls\""), CALL.length() - 1);
        refused(
                line("[]", "{\"role\": \"user\", \"content\": \"a\", " + calls + "}"),
                (text, error) -> text,
                "\"tool_calls\" of \"messages\"[0], a turn of the user");
        refused(
                line("[]", "{\"role\": \"tool\", \"content\": \"a\", \"reasoning_content\": \"b\"}"),
                (text, error) -> text,
                "\"reasoning_content\" of \"messages\"[0], a turn of the tool");
    }

    @Test
    void anAnswerOfCallsAloneIsTrained() {
        Conversation conversation = kept(line("null", USER, CALL));
        assertEquals(2, conversation.messages().size());
        refused(
                line("null", USER, "{\"role\": \"assistant\", \"reasoning_content\": \"hm\"}"),
                (text, error) -> SourceUse.kept(text, 100, error),
                "a blank one");
    }

    @Test
    void aPromptHasItsToolsAndOneTurn() {
        Prompt prompt = read(line("[" + TOOL + "]", USER, CALL), SourceUse::prompt);
        assertEquals("[" + TOOL.replace(" ", "") + "]", prompt.tools());
        assertEquals(List.of("1 + 2?"), prompt.turns());
        refused(line("[" + TOOL + "]", USER, ANSWER, USER), SourceUse::prompt, "one turn", "\"tools\"", "2 turns");
        refused(line("[" + TOOL + "]", USER, CALL, RESULT, ANSWER), SourceUse::prompt, "a tool's");
        refused(
                line("null", "{\"role\": \"user\", \"content\": \"a\", \"name\": \"Ann\"}"),
                SourceUse::prompt,
                "\"name\" of a turn of the user",
                "Ann");
    }

    /** What a text was made from is all that it says. */
    @Test
    void eachFieldCountsForWhatATextWasMadeFrom() {
        String base =
                Provenance.ofKept(kept(line("[" + TOOL + "]", USER, CALL))).source();
        for (String other : List.of(
                line("null", USER, CALL),
                line("[" + TOOL.replace("add", "sub") + "]", USER, CALL),
                line("[" + TOOL + "]", USER, CALL.replace("a sum", "sums")),
                line("[" + TOOL + "]", USER, CALL.replace("c1", "c2")),
                line("[" + TOOL + "]", USER, CALL.replace("1, ", "4, ")))) {
            assertNotEquals(base, Provenance.ofKept(kept(other)).source(), other);
        }
        Prompt plain = read(line("null", USER), SourceUse::prompt);
        Prompt tools = read(line("[" + TOOL + "]", USER), SourceUse::prompt);
        assertNotEquals(plain.digest(), tools.digest());
        RegenerationOptions options = RegenerationOptions.builder().build();
        assertNotEquals(
                Provenance.ofAnswer(plain, 1, options).source(),
                Provenance.ofAnswer(tools, 1, options).source());
        assertEquals(
                2,
                new DuplicateFilter(Deduplication.EXACT)
                        .filter(List.of(plain, tools))
                        .size());
    }
}
