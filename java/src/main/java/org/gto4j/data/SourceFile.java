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
 * Reads what drafts are trained on from JSONL (UTF-8, one object a line, blank lines are skipped); lines of different forms may follow one another:
 * <ul>
 * <li>prompt: {@code "prompt": "text"} or {@code "turns": ["text", ...]}, the user's turns
 * <li>OpenAI: {@code "messages": [{"role": "user", "content": "text"}, ...]}; a content may be an array of parts of type text
 * <li>ShareGPT: {@code "conversations": [{"from": "human", "value": "text"}, {"from": "gpt", "value": "text"}, ...]}
 * <li>plain text: {@code "text": "text"}; or a whole file that ends in .txt
 * <li>tokens: {@code "input_ids": [1, 2, ...]} and, if it likes, {@code "loss_mask": [0, 1, ...]}: 1 where the token itself is a response's
 * </ul>
 * Roles are system (developer), user (human), assistant (gpt, chatgpt, bot, model, function_call) and tool (function, function_response, observation).
 * Any line may have {@code "id"} or {@code "question_id"}, {@code "category"} and, where there are turns, {@code "system"}. Without an id a
 * text is called after its file and line.
 *
 * <p>Texts are used in one of two ways. As <em>prompts</em> ({@link #prompts}) the target answers the user's turns; answers in the file are not read. Or
 * they are <em>kept</em> ({@link #kept}): the target only reads them, and the answers in the file are what is trained.
 */
public final class SourceFile {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final String name;
    private final String stem;
    private final OnBrokenLine onBroken;
    private final Map<String, Integer> lineOfId = new HashMap<>();
    private final List<String> broken = new ArrayList<>();

    private SourceFile(String name, OnBrokenLine onBroken) {
        this.name = name;
        this.onBroken = onBroken;
        String last = name.substring(name.lastIndexOf('/') + 1);
        this.stem = last.contains(".") ? last.substring(0, last.lastIndexOf('.')) : last;
    }

    /** What a use makes of a text; throws the line's error where the text doesn't serve it. */
    interface Use<T> {
        T of(SourceText text, LineError error);
    }

    /**
     * Reads texts whose user turns the target shall answer.
     *
     * @throws GtoException IO: missing or unreadable; FORMAT: names file, line, what was expected and found (of the first broken line, unless they are
     *                      skipped); also for a file without a good line. A line is broken, too, if its id was used before
     */
    public static SourceTexts<Prompt> prompts(Path file, OnBrokenLine onBroken) {
        return read(file, onBroken, SourceUse::prompt);
    }

    /**
     * Reads texts whose answers are kept.
     *
     * @param vocabulary tokens of the target: a line with a token above is broken
     * @throws GtoException as {@link #prompts}
     */
    public static SourceTexts<SourceText> kept(Path file, OnBrokenLine onBroken, int vocabulary) {
        return read(file, onBroken, (text, error) -> SourceUse.kept(text, vocabulary, error));
    }

    /** Reads texts as they are, with or without answers; errors are those of {@link #kept}. */
    public static SourceTexts<SourceText> any(Path file, OnBrokenLine onBroken, int vocabulary) {
        return read(file, onBroken, (text, error) -> SourceUse.known(text, vocabulary, error));
    }

    private static <T> SourceTexts<T> read(Path file, OnBrokenLine onBroken, Use<T> use) {
        try (InputStream input = Files.newInputStream(file)) {
            return read(file.toString(), input, onBroken, use);
        } catch (NoSuchFileException e) {
            throw new GtoException(GtoException.Kind.IO, file + ": no such file; expected prompts or texts, one JSON object a line", e);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    static <T> SourceTexts<T> read(String name, InputStream input, OnBrokenLine onBroken, Use<T> use) throws IOException {
        SourceFile reader = new SourceFile(name, onBroken);
        List<T> texts = new ArrayList<>();
        if (name.endsWith(".txt")) {
            String whole = new String(input.readAllBytes(), StandardCharsets.UTF_8);
            reader.add(texts, 1, use, error -> SourceLine.read(JSON.createObjectNode().put("text", whole), reader.stem, "general", error));
        } else {
            BufferedReader lines = new BufferedReader(new InputStreamReader(input, StandardCharsets.UTF_8));
            String text;
            for (int line = 1; (text = lines.readLine()) != null; line++) {
                String json = line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
                int number = line;
                if (!json.isBlank()) {
                    reader.add(texts, line, use, error -> reader.text(json, number, error));
                }
            }
        }
        if (texts.isEmpty()) {
            throw new GtoException(GtoException.Kind.FORMAT, reader.broken.isEmpty() ? name + ": expected at least one prompt or text, found an empty file"
                : name + ": all " + reader.broken.size() + " lines are broken; the first: " + reader.broken.get(0));
        }
        return new SourceTexts<>(texts, reader.broken);
    }

    private interface Parse {
        SourceText with(LineError error);
    }

    private <T> void add(List<T> texts, int line, Use<T> use, Parse parse) {
        LineError error = (expected, found) -> new GtoException(GtoException.Kind.FORMAT, name + " line " + line + ": expected " + expected + ", found " + found);
        try {
            SourceText text = parse.with(error);
            T used = use.of(text, error);
            Integer earlier = lineOfId.putIfAbsent(text.id(), line);
            if (earlier != null) {
                throw error.of("ids that differ", "'" + text.id() + "' again, used on line " + earlier);
            }
            texts.add(used);
        } catch (GtoException e) {
            if (onBroken == OnBrokenLine.FAIL) {
                throw e;
            }
            broken.add(e.getMessage());
        }
    }

    private SourceText text(String json, int line, LineError error) {
        if (!(parse(json, error) instanceof ObjectNode object)) {
            throw error.of("a JSON object", Excerpt.of(json));
        }
        JsonNode category = object.path("category");
        return SourceLine.read(object, id(object, line, error),
            category.isTextual() && !category.textValue().isBlank() ? category.textValue() : "general", error);
    }

    private static JsonNode parse(String json, LineError error) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw error.of("a JSON object", e.getOriginalMessage() + " in " + Excerpt.of(json));
        }
    }

    private String id(ObjectNode object, int line, LineError error) {
        for (String field : new String[] {"id", "question_id"}) {
            JsonNode id = object.path(field);
            if (id.isTextual() && !id.textValue().isBlank() || id.isIntegralNumber()) {
                return id.asText();
            }
            if (!id.isMissingNode() && !id.isNull()) {
                throw error.of("\"" + field + "\" to be a text or a whole number", Excerpt.of(id.toString()));
            }
        }
        return stem + "-" + line;
    }
}
