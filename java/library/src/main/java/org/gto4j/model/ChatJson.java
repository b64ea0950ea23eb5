package org.gto4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.gto4j.io.Excerpt;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.jspecify.annotations.Nullable;

/** Conversations in the JSON that clients send and that chat templates read. */
final class ChatJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ChatJson() {}

    /** Parses JSON; kind ARGUMENT names what it was meant to be. */
    static JsonNode value(String what, String json) {
        Arguments.whole(what, json);
        try {
            return StrictJson.parse(json);
        } catch (MalformedJsonException e) {
            throw new GtoException(GtoException.Kind.ARGUMENT, what + ": expected JSON, found " + e.getMessage(), e);
        }
    }

    static ObjectNode object(String what, String json) {
        if (value(what, json) instanceof ObjectNode object) {
            return object;
        }
        throw new GtoException(GtoException.Kind.ARGUMENT, what + ": expected a JSON object, found " + shortened(json));
    }

    static ArrayNode array(String what, String json) {
        if (value(what, json) instanceof ArrayNode array) {
            return array;
        }
        throw new GtoException(GtoException.Kind.ARGUMENT, what + ": expected a JSON array, found " + shortened(json));
    }

    private static String shortened(String json) {
        return Excerpt.of(json);
    }

    /** A text in quotes. */
    static String text(String text) {
        Arguments.whole("text", text);
        return JSON.textNode(text).toString();
    }

    static String tools(List<ChatTool> tools) {
        ArrayNode array = JSON.arrayNode();
        for (ChatTool tool : tools) {
            ObjectNode function = array.addObject().put("type", "function").putObject("function");
            function.put("name", tool.name()).put("description", tool.description());
            function.set("parameters", object("parameters", tool.parameters()));
        }
        return array.toString();
    }

    static ArrayNode messages(List<ChatMessage> messages) {
        ArrayNode array = JSON.arrayNode();
        messages.forEach(message -> add(array.addObject(), message));
        return array;
    }

    private static void add(ObjectNode node, ChatMessage message) {
        node.put("role", message.role()).put("content", message.content());
        putUnlessNull(node, "reasoning_content", message.reasoning());
        putUnlessNull(node, "name", message.name());
        putUnlessNull(node, "tool_call_id", message.toolCallId());
        if (!message.toolCalls().isEmpty()) {
            ArrayNode calls = node.putArray("tool_calls");
            for (ToolCall call : message.toolCalls()) {
                ObjectNode one = calls.addObject();
                putUnlessNull(one, "id", call.id());
                ObjectNode function =
                        one.put("type", "function").putObject("function").put("name", call.name());
                function.set("arguments", object("arguments", call.arguments()));
            }
        }
    }

    private static void putUnlessNull(ObjectNode node, String field, @Nullable String text) {
        if (text != null) {
            node.put(field, text);
        }
    }

    /** A copy of variables of a template, in their order; ARGUMENT: a name is blank, or a value isn't JSON. */
    static Map<String, String> variables(Map<String, String> variables) {
        Map<String, String> copy = new LinkedHashMap<>(Objects.requireNonNull(variables, "variables"));
        copy.forEach((name, json) -> {
            Objects.requireNonNull(json, name);
            Arguments.check(!name.isBlank(), "variables: expected names, found '%s'", name);
            value("variable " + name, json);
        });
        return Collections.unmodifiableMap(copy);
    }

    /** What the C API renders. */
    static String request(ArrayNode messages, ChatOptions options, TargetOptions target) {
        ObjectNode request = JSON.objectNode();
        request.set("messages", messages);
        request.put("add_generation_prompt", options.generationPrompt());
        if (options.tools() != null) {
            request.set("tools", array("tools", Objects.requireNonNull(options.tools())));
        }
        ObjectNode variables = request.putObject("variables");
        target.templateVariables().forEach((name, json) -> variables.set(name, value("variable " + name, json)));
        options.variables().forEach((name, json) -> variables.set(name, value("variable " + name, json)));
        putUnlessNull(request, "template_name", options.templateName());
        ChatTemplate template = target.chatTemplate();
        if (template != null) {
            request.put("template", template.text()).put("template_source", template.source());
        }
        if (options.now() != null) {
            request.put("now", Objects.requireNonNull(options.now()).toEpochSecond(ZoneOffset.UTC));
        }
        return request.toString();
    }

    /** What the C API finds an answer's format for. */
    static String formatRequest(ArrayNode messages, ChatOptions options, TargetOptions target) {
        ObjectNode request = object("request", request(messages, options, target));
        request.put("tool_choice", options.toolChoice().name().toLowerCase(Locale.ROOT));
        request.put("parallel_tool_calls", options.parallelToolCalls());
        if (options.jsonSchema() != null) {
            request.set("json_schema", object("jsonSchema", Objects.requireNonNull(options.jsonSchema())));
        }
        return request.toString();
    }

    /**
     * The message that the C API has read.
     *
     * @param whole whether every call must be whole; else those that aren't are left out
     */
    static ChatMessage answer(ObjectNode json, boolean whole) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : json.path("tool_calls")) {
            JsonNode function = call.path("function");
            try {
                calls.add(new ToolCall(
                        idOf(call, calls.size()),
                        function.path("name").asText(),
                        function.path("arguments").asText()));
            } catch (GtoException e) {
                if (whole) {
                    throw new GtoException(GtoException.Kind.FORMAT, "the answer: " + e.getMessage(), e);
                }
            }
        }
        String reasoning = json.path("reasoning_content").asText("");
        return ChatMessage.assistant(json.path("content").asText(""))
                .withReasoning(reasoning.isEmpty() ? null : reasoning)
                .withToolCalls(calls);
    }

    /** Nine letters and digits where the model gave none, as Mistral's templates ask for them. */
    private static String idOf(JsonNode call, int index) {
        String id = call.path("id").asText("");
        return id.isEmpty() ? String.format(Locale.ROOT, "call%05d", index + 1) : id;
    }
}
