package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;

/**
 * Good lines, changed at random: each becomes a text whose every letter stands in the line, or an error that names file
 * and line, never another exception.
 */
class ChangedLinesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> GOOD = List.of(
            "{\"id\": \"a\", \"category\": \"math\", \"prompt\": \"1 + 1?\"}",
            "{\"question_id\": 81, \"turns\": [\"first\", \"second\"]}",
            "{\"prompt\": \"hi\", \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", \"content\": \"hello\", \"weight\": 1}]}",
            "{\"system\": [{\"type\": \"text\", \"text\": \"s\"}], \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"a\"}]}, {\"role\": \"assistant\", "
                    + "\"content\": \"b\", \"train\": false}, {\"role\": \"user\", \"content\": \"c\"}, {\"role\": \"assistant\", \"content\": \"d\"}]}",
            "{\"conversations\": [{\"from\": \"system\", \"value\": \"\"}, {\"from\": \"human\", \"value\": \"what?\"}, {\"from\": \"gpt\", \"value\": \"that\"}]}",
            "{\"text\": \"once upon a time\"}",
            "{\"input_ids\": [1, 2, 3], \"loss_mask\": [0, 1, 1], \"labels\": [-100, 2, 3], \"attention_mask\": [1, 1, 1]}");
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "false",
            "0",
            "1",
            "-1",
            "2.5",
            "1e400",
            "123456789012345678901234567890",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"\\ud83d\"",
            "\"a\\u0000\"",
            "\"\\u001b[31m\"",
            "[]",
            "{}",
            "[[]]",
            "[null]",
            "[1]",
            "[\"a\"]",
            "{\"role\": \"user\"}",
            "{\"type\": \"text\"}",
            "\"user\"",
            "\"assistant\"",
            "\"system\"",
            "\"tool\"");
    private static final List<String> NAMES = List.of(
            "prompt",
            "turns",
            "messages",
            "conversations",
            "text",
            "input_ids",
            "system",
            "id",
            "role",
            "from",
            "content",
            "value",
            "weight",
            "train",
            "loss",
            "loss_mask",
            "labels",
            "tool_calls",
            "name",
            "completion",
            "category",
            "",
            "\u0000",
            "type");
    private static final int ROUNDS = Integer.getInteger("gto4j.lines", 3_000);

    private final Random random = new Random(7);

    @Test
    void changedLinesAreTextsOrErrors() throws IOException {
        int texts = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] line = changed();
            for (SourceFile.Use<?> use : List.<SourceFile.Use<?>>of(
                    SourceUse::prompt,
                    (text, error) -> SourceUse.kept(text, 100, error),
                    (text, error) -> SourceUse.known(text, 100, error))) {
                texts += check(line, use) ? 1 : 0;
            }
        }
        assertTrue(texts > ROUNDS / 20 && texts < ROUNDS * 2, texts + " texts: changes are too wild or too tame");
    }

    private boolean check(byte[] line, SourceFile.Use<?> use) throws IOException {
        String shown = new String(line, StandardCharsets.UTF_8);
        try {
            SourceTexts<?> read = SourceFile.read("some.jsonl", new ByteArrayInputStream(line), OnBrokenLine.FAIL, use);
            read.texts().forEach(text -> checkText(text, shown));
            return true;
        } catch (GtoException e) {
            assertEquals(GtoException.Kind.FORMAT, e.kind(), shown);
            assertTrue(
                    e.getMessage().matches("(?s)some\\.jsonl( line \\d+)?: expected .*, found .*"),
                    e.getMessage() + " of " + shown);
            assertFalse(
                    e.getMessage().matches("(?s).*(jackson|StreamRead|\\(String\\)|CTRL-CHAR|\\(code |Exception).*"),
                    e.getMessage());
            assertTrue(e.getMessage().chars().noneMatch(c -> c < ' '), e.getMessage());
            return false;
        } catch (RuntimeException e) {
            throw new AssertionError("of " + shown, e);
        }
    }

    /** Nothing is made up and nothing is replaced. */
    private static void checkText(Object text, String line) {
        List<String> said = new ArrayList<>();
        if (text instanceof Prompt prompt) {
            said.addAll(prompt.turns());
        } else if (text instanceof Conversation conversation) {
            conversation
                    .messages()
                    .forEach(message -> said.addAll(List.of(message.content().split("\n"))));
        } else if (text instanceof PlainText plain) {
            said.add(plain.text());
        }
        for (String words : said) {
            assertEquals(-1, Utf8.loneSurrogate(words), line);
            assertTrue(
                    line.contains(words) || words.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\'),
                    "'" + words + "' isn't in " + line);
        }
    }

    private byte[] changed() throws JsonProcessingException {
        String good = GOOD.get(random.nextInt(GOOD.size()));
        if (random.nextInt(4) == 0) {
            return bytes(good);
        }
        JsonNode line = JSON.readTree(good);
        for (int change = random.nextInt(3); change >= 0; change--) {
            change(line);
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A byte changed, dropped or put in. */
    private byte[] bytes(String good) {
        byte[] line = good.getBytes(StandardCharsets.UTF_8);
        int at = random.nextInt(line.length);
        return switch (random.nextInt(3)) {
            case 0 -> {
                line[at] = (byte) random.nextInt(256);
                yield line;
            }
            case 1 -> Arrays.copyOf(line, at);
            default -> {
                byte[] longer = Arrays.copyOf(line, line.length + 1);
                System.arraycopy(line, at, longer, at + 1, line.length - at);
                longer[at] = "{}[]\",:0\\\n".getBytes(StandardCharsets.UTF_8)[random.nextInt(10)];
                yield longer;
            }
        };
    }

    private void change(JsonNode line) throws JsonProcessingException {
        List<ContainerNode<?>> containers = new ArrayList<>();
        collect(line, containers);
        ContainerNode<?> chosen = containers.get(random.nextInt(containers.size()));
        JsonNode value = JSON.readTree(VALUES.get(random.nextInt(VALUES.size())));
        if (chosen instanceof ArrayNode array) {
            int at = array.isEmpty() ? 0 : random.nextInt(array.size());
            switch (random.nextInt(array.isEmpty() ? 1 : 4)) {
                case 0 -> array.insert(at, value);
                case 1 -> array.set(at, value);
                case 2 -> array.remove(at);
                default -> array.insert(at, array.get(at).deepCopy());
            }
        } else if (chosen instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.isEmpty() || random.nextInt(3) == 0) {
                object.set(NAMES.get(random.nextInt(NAMES.size())), value);
            } else if (random.nextBoolean()) {
                object.set(names.get(random.nextInt(names.size())), value);
            } else {
                object.remove(names.get(random.nextInt(names.size())));
            }
        }
    }

    private static void collect(JsonNode node, List<ContainerNode<?>> containers) {
        if (node instanceof ContainerNode<?> container) {
            containers.add(container);
            container.forEach(child -> collect(child, containers));
        }
    }
}
