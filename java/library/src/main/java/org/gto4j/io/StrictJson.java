package org.gto4j.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.gto4j.common.Visible;

/**
 * Reads JSON that users wrote: one value and nothing behind it, no field twice, nothing deeper, longer or larger than
 * the limits. What is wrong is told in words of its own.
 */
public final class StrictJson {
    private static final int DEPTH = 1000;
    private static final int DIGITS = 1000;
    private static final int CHARACTERS = 20_000_000;
    private static final int NAME = 50_000;
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(DIGITS)
                    .maxStringLength(CHARACTERS)
                    .maxNameLength(NAME)
                    .build())
            .build());
    /** What the parser says of a limit, and what is said here. */
    private static final Map<String, String> LIMITS = Map.of(
            "nesting depth",
            String.format("arrays and objects nested more than %,d deep", DEPTH),
            "Number value length",
            String.format("a number of more than %,d digits", DIGITS),
            "String value length",
            String.format("a text of more than %,d characters", CHARACTERS),
            "Name length",
            String.format("a field's name of more than %,d characters", NAME));

    private static final List<String> FOREIGN = List.of("NaN", "Infinity", "None", "True", "False", "undefined");
    private static final int EXCERPT = 20;

    private StrictJson() {}

    /** Reads a value; a text of nothing but white space isn't one. */
    public static JsonNode parse(String text) throws MalformedJsonException {
        try (JsonParser parser = JSON.createParser(text)) {
            return parse(parser, text);
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory can't be read", e);
        }
    }

    private static JsonNode parse(JsonParser parser, String text) throws IOException, MalformedJsonException {
        try {
            JsonNode value = parser.readValueAsTree();
            if (value == null || value.isMissingNode()) {
                throw new MalformedJsonException("nothing", 1, false);
            }
            JsonLocation end = parser.currentLocation();
            int rest = Math.min(text.length(), (int) end.getCharOffset());
            if (!text.substring(rest).isBlank()) {
                throw new MalformedJsonException("more behind its end: " + near(text, rest), end.getLineNr(), true);
            }
            return value;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
            throw new MalformedJsonException(found(e, text, at), at.getLineNr(), e instanceof JsonEOFException);
        }
    }

    private static String found(JsonProcessingException e, String text, JsonLocation at) {
        String message = String.valueOf(e.getOriginalMessage());
        if (e instanceof StreamConstraintsException) {
            return LIMITS.entrySet().stream()
                    .filter(limit -> message.contains(limit.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse("a value that is too large");
        }
        if (e instanceof JsonEOFException) {
            return "an end within it, behind "
                    + near(text, Math.max(0, text.stripTrailing().length() - EXCERPT));
        }
        String duplicate = "Duplicate field '";
        if (message.startsWith(duplicate)) {
            return "the field \"" + Visible.of(message.substring(duplicate.length(), message.lastIndexOf('\'')))
                    + "\" twice";
        }
        int offset = (int) Math.max(0, Math.min(at.getCharOffset(), text.length()));
        return wrong(text, offset, at.getColumnNr());
    }

    /** The parser stops at a wrong character or behind it. */
    private static String wrong(String text, int offset, int column) {
        int start = offset;
        while (start > 0 && Character.isLetterOrDigit(text.charAt(start - 1))) {
            start--;
        }
        for (String name : FOREIGN) {
            if (text.startsWith(name, start)) {
                return name + ", which JSON doesn't have, at column " + column;
            }
        }
        char c = text.charAt(Math.min(offset, text.length() - 1));
        if (c < ' ') {
            return String.format(
                    "the control character U+%04X at column %d, which JSON writes as \\u%04x",
                    (int) c, column, (int) c);
        }
        return c == '\''
                ? "a single quote at column " + column + ", where JSON has double ones"
                : near(text, start) + " at column " + column;
    }

    private static String near(String text, int offset) {
        String rest = text.substring(Math.min(offset, text.length())).strip();
        String part = rest.length() <= EXCERPT ? rest : rest.substring(0, EXCERPT) + "...";
        return "'" + Visible.of(part) + "'";
    }
}
