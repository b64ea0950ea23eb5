package org.gto4j.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;

/**
 * Reads prompts from JSONL (UTF-8, one object a line, blank lines are skipped). A line holds one of
 * <ul>
 * <li>{@code "prompt": "text"}
 * <li>{@code "turns": ["text", ...]}
 * <li>{@code "messages": [{"role": "user", "content": "text"}, ...]}
 * <li>{@code "conversations": [{"from": "human", "value": "text"}, ...]} (or with role and content)
 * </ul>
 * and, if it likes, {@code "id"} or {@code "question_id"}, {@code "category"} and {@code "system"}. Answers of an assistant are not read: the
 * target writes its own. Without an id a prompt is called after its file and line.
 */
public final class PromptFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String name;
    private final String stem;
    private final Map<String, Integer> lineOfId = new HashMap<>();

    private PromptFile(String name) {
        this.name = name;
        String last = name.substring(name.lastIndexOf('/') + 1);
        this.stem = last.contains(".") ? last.substring(0, last.lastIndexOf('.')) : last;
    }

    /**
     * Reads a file.
     *
     * @return at least one prompt
     * @throws GtoException IO: missing or unreadable; FORMAT: names file, line, what was expected and found; also for a file without
     *                      prompts and for an id that is used twice
     */
    public static List<Prompt> read(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            return read(file.toString(), input);
        } catch (NoSuchFileException e) {
            throw new GtoException(GtoException.Kind.IO, file + ": no such file; expected prompts, one JSON object a line", e);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    static List<Prompt> read(String name, InputStream input) throws IOException {
        PromptFile reader = new PromptFile(name);
        List<Prompt> prompts = new ArrayList<>();
        BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
        String text;
        for (int line = 1; (text = lines.readLine()) != null; line++) {
            if (line == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            if (!text.isBlank()) {
                prompts.add(reader.prompt(text, line));
            }
        }
        if (prompts.isEmpty()) {
            throw new GtoException(GtoException.Kind.FORMAT, name + ": expected at least one prompt, found an empty file");
        }
        return prompts;
    }

    private Prompt prompt(String text, int line) {
        if (!(parse(text, line) instanceof ObjectNode object)) {
            throw error(line, "a JSON object", Excerpt.of(text));
        }
        String id = id(object, line);
        Integer earlier = lineOfId.putIfAbsent(id, line);
        if (earlier != null) {
            throw error(line, "ids that differ", "'" + id + "' again, used on line " + earlier);
        }
        JsonNode category = object.path("category");
        PromptTurns turns = PromptTurns.of(object, (expected, found) -> error(line, expected, found));
        return new Prompt(id, category.isTextual() && !category.textValue().isBlank() ? category.textValue() : "general",
            turns.system(), turns.user());
    }

    private JsonNode parse(String text, int line) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw error(line, "a JSON object", e.getOriginalMessage() + " in " + Excerpt.of(text));
        }
    }

    private String id(ObjectNode object, int line) {
        for (String field : new String[] {"id", "question_id"}) {
            JsonNode id = object.path(field);
            if (id.isTextual() && !id.textValue().isBlank() || id.isIntegralNumber()) {
                return id.asText();
            }
            if (!id.isMissingNode() && !id.isNull()) {
                throw error(line, "\"" + field + "\" to be a text or a whole number", Excerpt.of(id.toString()));
            }
        }
        return stem + "-" + line;
    }

    private GtoException error(int line, String expected, String found) {
        return new GtoException(GtoException.Kind.FORMAT, name + " line " + line + ": expected " + expected + ", found " + found);
    }
}
