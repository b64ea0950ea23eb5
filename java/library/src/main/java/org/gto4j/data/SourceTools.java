package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.common.Utf8;
import org.gto4j.io.Excerpt;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.gto4j.model.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tools of a line and the calls of a message, as OpenAI's clients send them. Where a list or a call's
 * arguments are texts, these hold the JSON.
 *
 * @param values reads texts, and makes the line's errors
 */
record SourceTools(LineText values) {
    private static final List<String> OF_CALL = List.of("id", "type", "function");
    private static final List<String> OF_FUNCTION = List.of("name", "arguments");

    /** The tools of a line as a JSON array, or null if it has none. */
    @Nullable String tools(JsonNode field) {
        if (isNothing(field)) {
            return null;
        }
        JsonNode list = field.isTextual() ? parsed(field.textValue(), "\"tools\"") : field;
        if (!list.isArray()) {
            throw values.error().of("\"tools\" to be an array of tools", Excerpt.of(field.toString()));
        }
        for (int i = 0; i < list.size(); i++) {
            String where = "\"tools\"[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode tool)) {
                throw values.error()
                        .of(where + " to be a tool", Excerpt.of(list.get(i).toString()));
            }
            values.text(WrittenFields.functionOf(tool).path("name"), "a name of the function of " + where);
        }
        requireText(list, "\"tools\"");
        return list.isEmpty() ? null : list.toString();
    }

    /** The calls of a message. */
    List<ToolCall> calls(JsonNode field, String where) {
        if (isNothing(field)) {
            return List.of();
        }
        if (!field.isArray()) {
            throw values.error().of("\"tool_calls\" of " + where + " to be an array", Excerpt.of(field.toString()));
        }
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : field) {
            calls.add(call(call, "\"tool_calls\"[" + calls.size() + "] of " + where));
        }
        return calls;
    }

    private ToolCall call(JsonNode call, String where) {
        if (!(call instanceof ObjectNode object) || !(object.path("function") instanceof ObjectNode function)) {
            throw values.error().of(where + " to be an object with a \"function\"", Excerpt.of(call.toString()));
        }
        JsonNode type = object.path("type");
        if (!type.isMissingNode() && !type.isNull() && !type.asText().equals("function")) {
            throw values.error().of("\"type\" of " + where + " to be function", Excerpt.of(type.toString()));
        }
        UnhonouredFields.OF_CALL.refuse(object, " of " + where, OF_CALL, values.error());
        UnhonouredFields.OF_CALL.refuse(function, " of the function of " + where, OF_FUNCTION, values.error());
        return new ToolCall(
                values.optional(object.path("id"), "\"id\" of " + where),
                values.text(function.path("name"), "\"name\" of the function of " + where),
                arguments(function.path("arguments"), "\"arguments\" of the function of " + where));
    }

    private String arguments(JsonNode field, String name) {
        JsonNode arguments = field.isTextual() ? parsed(field.textValue(), name) : field;
        if (!arguments.isObject()) {
            throw values.error()
                    .of(
                            name + " to be an object, or a text that holds one",
                            field.isMissingNode() ? "nothing" : Excerpt.of(field.toString()));
        }
        requireText(arguments, name);
        return arguments.toString();
    }

    private JsonNode parsed(String json, String name) {
        try {
            return StrictJson.parse(values.text(json, name));
        } catch (MalformedJsonException e) {
            throw values.error().of(name + " to be JSON", e.found() + ", in " + Excerpt.of(json));
        }
    }

    /** Names and values within, which no template may be given if they aren't text. */
    private void requireText(JsonNode json, String name) {
        int lone = Utf8.loneSurrogate(json.toString());
        if (lone >= 0) {
            throw values.error().of(name + " to be texts of whole characters", Utf8.describe(json.toString(), lone));
        }
    }

    private static boolean isNothing(JsonNode field) {
        return field.isMissingNode()
                || field.isNull()
                || field.isTextual() && field.textValue().isBlank()
                || field.isBoolean() && !field.booleanValue()
                || field.isContainerNode() && field.isEmpty();
    }
}
