package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.common.Utf8;
import org.gto4j.io.Excerpt;
import org.jspecify.annotations.Nullable;

/**
 * Reads texts of a line's fields.
 *
 * @param error makes the line's errors
 */
record LineText(LineError error) {
    /** Types of content parts that hold a text. */
    private static final List<String> TEXT_PARTS = List.of("text", "input_text", "output_text");

    /** A text that isn't blank; {@code name} begins the error. */
    String text(JsonNode node, String name) {
        if (!node.isTextual()) {
            throw error.of(
                    name + " to be a text that is not blank",
                    node.isMissingNode() ? "nothing" : Excerpt.of(node.toString()));
        }
        return text(node.textValue(), name);
    }

    /** A text, or null if there is none, or nothing but white space. */
    @Nullable String optional(JsonNode node, String name) {
        return node.isMissingNode()
                        || node.isNull()
                        || node.isTextual() && node.textValue().isBlank()
                ? null
                : text(node, name);
    }

    /** The same of a text at hand. */
    String text(String text, String name) {
        if (text.isBlank()) {
            throw error.of(name + " to be a text that is not blank", "'" + Excerpt.visible(text) + "'");
        }
        if (text.indexOf('\0') >= 0) {
            throw error.of(name + " to be a text without U+0000", Excerpt.of(text));
        }
        int lone = Utf8.loneSurrogate(text);
        if (lone >= 0) {
            throw error.of(
                    name + " to be a text of whole characters",
                    "half a surrogate pair, " + Utf8.describe(text, lone) + ", in " + Excerpt.of(text));
        }
        return text;
    }

    /**
     * A text, or an array of content parts of type text, which become lines of one text.
     *
     * @return null if there is nothing or nothing but white space
     */
    @Nullable String content(JsonNode content, String name) {
        if (content.isMissingNode()
                || content.isNull()
                || content.isArray() && content.isEmpty()
                || content.isTextual() && content.textValue().isBlank()) {
            return null;
        }
        if (!content.isArray()) {
            return text(content, name);
        }
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            String where = "[" + i + "] of " + name;
            if (!part.path("type").isTextual()
                    || !TEXT_PARTS.contains(part.path("type").textValue())) {
                throw error.of("content parts of type text, as " + where, Excerpt.of(part.toString()));
            }
            UnhonouredFields.OF_PART.refuse((ObjectNode) part, " of " + where, List.of(), error);
            parts.add(text(part.path("text"), "\"text\" of " + where));
        }
        return String.join("\n", parts);
    }

    /** A word, e.g. a category; blank if there is none. */
    String word(ObjectNode object, String field) {
        JsonNode node = object.path(field);
        if (node.isIntegralNumber()) {
            return node.asText();
        }
        String word = optional(node, "\"" + field + "\"");
        return word == null ? "" : word;
    }

    /** An array that isn't empty. */
    JsonNode array(ObjectNode object, String field) {
        JsonNode node = object.path(field);
        if (!node.isArray() || node.isEmpty()) {
            throw error.of("\"" + field + "\" to be an array that is not empty", Excerpt.of(node.toString()));
        }
        return node;
    }
}
