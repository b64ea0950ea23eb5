package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.common.MalformedUtf8Exception;
import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;
import org.gto4j.io.Excerpt;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.gto4j.model.TargetModel;

/**
 * Reads what drafts are trained on from JSONL (UTF-8, one object a line, blank lines are skipped); lines of different
 * forms may follow one another:
 *
 * <ul>
 *   <li>prompt: {@code "prompt": "text"} or {@code "turns": ["text", ...]}, the user's turns
 *   <li>OpenAI: {@code "messages": [{"role": "user", "content": "text"}, ...]}; a content may be an array of parts of
 *       type text
 *   <li>ShareGPT: {@code "conversations": [{"from": "human", "value": "text"}, {"from": "gpt", "value": "text"}, ...]}
 *   <li>plain text: {@code "text": "text"}; or a whole file that ends in .txt
 *   <li>tokens: {@code "input_ids": [1, 2, ...]} and, if it likes, {@code "loss_mask": [0, 1, ...]}: 1 where the token
 *       itself is a response's (or {@code "labels"}, -100 where it isn't)
 * </ul>
 *
 * Roles are system (developer), user (human), assistant (gpt, chatgpt, bot, model, function_call) and tool (function,
 * function_response, observation). An answer with {@code "weight": 0} (or {@code "train"}, {@code "training"} or
 * {@code "loss"} false) isn't trained. An answer may have {@code "tool_calls"} and {@code "reasoning_content"}, a
 * tool's turn {@code "tool_call_id"}, any message {@code "name"}, and a line of turns {@code "tools"}, all in OpenAI's
 * form; the target's chat template writes them, and a line of which it leaves something out is broken. Any line may
 * have {@code "id"} or {@code "question_id"}, {@code "category"} and, where there are turns, {@code "system"}. Without
 * an id a text is called after its file and line. Other fields are passed over, but for those that would change what
 * the line says: these are refused.
 *
 * <p>Texts are used in one of two ways. As <em>prompts</em> ({@link #prompts}) the target answers the user's turns;
 * answers in the file are not read. Or they are <em>kept</em> ({@link #kept(Path, OnBrokenLine, TargetModel)}): the
 * target only reads them, and the answers in the file are what is trained.
 */
public final class SourceFile {
    private final String name;
    private final String stem;
    private final OnBrokenLine onBroken;
    private final SourceIds ids = new SourceIds();
    private final List<Integer> good = new ArrayList<>();
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
     * @throws GtoException IO: missing or unreadable; FORMAT: names file, line, what was expected and found (of the
     *     first broken line, unless they are skipped); also for a file without a good line. A line is broken, too, if
     *     its id was used before
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

    /**
     * Reads texts whose answers are kept, for a target.
     *
     * @param target whose vocabulary and chat template count: a line with other tokens, or with messages that the
     *     template doesn't write as they are, is broken
     * @throws GtoException as {@link #prompts}
     */
    public static SourceTexts<SourceText> kept(Path file, OnBrokenLine onBroken, TargetModel target) {
        return read(
                file,
                onBroken,
                (text, error) ->
                        SourceUse.written(SourceUse.kept(text, target.info().vocabulary(), error), target, error));
    }

    /**
     * Reads texts as they are, with or without answers, for a target; errors are those of {@link #kept(Path,
     * OnBrokenLine, TargetModel)}.
     */
    public static SourceTexts<SourceText> any(Path file, OnBrokenLine onBroken, TargetModel target) {
        return read(
                file,
                onBroken,
                (text, error) ->
                        SourceUse.written(SourceUse.known(text, target.info().vocabulary(), error), target, error));
    }

    static <T> SourceTexts<T> read(Path file, OnBrokenLine onBroken, Use<T> use) {
        if (Files.isDirectory(file)) {
            throw new GtoException(
                    GtoException.Kind.IO, file + ": expected a file of prompts or texts, found a folder");
        }
        try (InputStream input = Files.newInputStream(file)) {
            return read(file.toString(), input, onBroken, use);
        } catch (NoSuchFileException e) {
            throw new GtoException(
                    GtoException.Kind.IO,
                    file + ": no such file; expected prompts or texts, one JSON object a line",
                    e);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    static <T> SourceTexts<T> read(String name, InputStream input, OnBrokenLine onBroken, Use<T> use)
            throws IOException {
        SourceFile reader = new SourceFile(name, onBroken);
        List<T> texts = new ArrayList<>();
        SourceLines lines = new SourceLines(name, input);
        if (name.endsWith(".txt")) {
            byte[] whole = lines.rest();
            reader.add(
                    texts,
                    lines,
                    use,
                    error -> new PlainText(
                            reader.stem,
                            "general",
                            new LineText(error).text(decoded(whole, lines, error), "the file")));
        } else {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                byte[] bytes = line;
                if (!blank(bytes)) {
                    reader.add(
                            texts,
                            lines,
                            use,
                            error -> reader.text(decoded(bytes, lines, error), lines.number(), error));
                }
            }
        }
        if (texts.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    reader.broken.isEmpty()
                            ? name + ": expected at least one prompt or text, found an empty file"
                            : name + ": all " + reader.broken.size() + " lines are broken; the first: "
                                    + reader.broken.get(0));
        }
        return new SourceTexts<>(texts, reader.good, reader.broken);
    }

    private static boolean blank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }

    private static String decoded(byte[] line, SourceLines lines, LineError error) {
        try {
            return Utf8.decode(line);
        } catch (MalformedUtf8Exception e) {
            throw error.of("text in UTF-8", e.found(lines.start()));
        }
    }

    private interface Parse {
        SourceText with(LineError error);
    }

    private <T> void add(List<T> texts, SourceLines lines, Use<T> use, Parse parse) {
        int line = lines.number();
        LineError error = (expected, found) -> new GtoException(
                GtoException.Kind.FORMAT, name + " line " + line + ": expected " + expected + ", found " + found);
        try {
            SourceText text = parse.with(error);
            T used = use.of(text, error);
            ids.add(text.id(), line, error);
            texts.add(used);
            good.add(line);
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
        LineText values = new LineText(error);
        String category = values.word(object, "category");
        return SourceLine.read(
                object, id(object, line, values, error), category.isBlank() ? "general" : category, error);
    }

    private static JsonNode parse(String json, LineError error) {
        if (json.stripLeading().startsWith("[")) {
            throw error.of(
                    "a JSON object",
                    "an array, " + Excerpt.of(json)
                            + "; its objects must stand on a line each (jq -c '.[]' writes them so)");
        }
        try {
            return StrictJson.parse(json);
        } catch (MalformedJsonException e) {
            throw error.of(
                    "a JSON object on one line",
                    e.found() + ", in " + Excerpt.of(json)
                            + (e.endsElsewhere() ? " (jq -c . writes an object a line)" : ""));
        }
    }

    private String id(ObjectNode object, int line, LineText values, LineError error) {
        for (String field : new String[] {"id", "question_id"}) {
            JsonNode id = object.path(field);
            if (id.isTextual() && !id.textValue().isBlank()) {
                return values.text(id.textValue(), "\"" + field + "\"");
            }
            if (id.isIntegralNumber()) {
                return id.asText();
            }
            if (!id.isMissingNode() && !id.isNull()) {
                throw error.of("\"" + field + "\" to be a text or a whole number", Excerpt.of(id.toString()));
            }
        }
        return stem + "-" + line;
    }
}
