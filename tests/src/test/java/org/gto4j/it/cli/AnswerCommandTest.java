package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code generate} with conversations, tools and JSON schemas. */
class AnswerCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
        write("city.json", "{\"enum\": [\"Paris\", \"Rome\"]}");
        write("messages.json", "[{\"role\": \"user\", \"content\": \"Where?\"}]");
        write(
                "tools.json",
                "[{\"type\": \"function\", \"function\": {\"name\": \"look\", \"description\": \"Looks\", "
                        + "\"parameters\": {\"type\": \"object\", \"properties\": {\"at\": {\"type\": \"string\"}}}}}]");
        write("broken.json", "[{\"type\": ");
        write("wrong.json", "{\"type\": \"nonsense\"}");
        write(
                "calls.jinja",
                "{% if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% endif %}"
                        + "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}"
                        + "{% for c in m.tool_calls or [] %}\n<tool_call>\n{\"name\": \"{{ c.function.name }}\", "
                        + "\"arguments\": {{ c.function.arguments | tojson }}}\n</tool_call>{% endfor %}<|im_end|>\n"
                        + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
    }

    private static void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static String file(String name) {
        return folder.resolve(name).toString();
    }

    private static CommandRun generate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("generate", "-m", files.model(), "-n", "40"));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void anAnswerFollowsItsSchema(String temperature) throws IOException {
        CommandRun run = generate("-p", "Where?", "--json-schema", file("city.json"), "--temp", temperature);
        assertEquals(0, run.code(), run.err());
        assertTrue(List.of("Paris", "Rome").contains(JSON.readTree(run.out()).asText()), run.out());
        CommandRun drafted = generate(
                "--messages",
                file("messages.json"),
                "-d",
                files.draft(),
                "--mode",
                "tree",
                "--json-schema",
                file("city.json"));
        assertEquals(0, drafted.code(), drafted.err());
        if (temperature.equals("0")) {
            assertEquals(run.out(), drafted.out());
        }
    }

    @Test
    void withToolsTheAnswerIsAMessage() throws IOException {
        CommandRun run =
                generate("-p", "Where?", "--tools", file("tools.json"), "--chat-template", file("calls.jinja"));
        assertEquals(0, run.code(), run.err());
        JsonNode message = JSON.readTree(run.out());
        assertEquals("assistant", message.path("role").asText());
        assertTrue(message.path("content").asText().length() > 1, run.out());
    }

    @Test
    void mistakesAreTold() {
        told(generate(), "--prompt", "--messages");
        told(generate("-p", "x", "--messages", file("messages.json")), "--prompt", "--messages");
        told(generate("-p", "x", "--raw", "--json-schema", file("city.json")), "--raw", "--json-schema");
        told(generate("-p", "x", "--tools", file("tools.json"), "--json-schema", file("city.json")), "--tools");
        told(generate("-p", "x", "--tools", file("broken.json")), "broken.json", "JSON");
        told(generate("-p", "x", "--json-schema", file("wrong.json")), "nonsense");
        told(generate("-p", "x", "--tool-choice", "required"), "toolChoice");
        told(generate("--messages", file("broken.json")), "broken.json");
    }

    private static void told(CommandRun run, String... parts) {
        assertNotEquals(0, run.code(), run.out());
        for (String part : parts) {
            assertTrue(run.err().contains(part), part + " is not in: " + run.err());
        }
    }
}
