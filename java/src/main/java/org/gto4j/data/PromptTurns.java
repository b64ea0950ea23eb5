package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.jspecify.annotations.Nullable;

/** The user's turns and the system message of one line of a prompt file. */
record PromptTurns(@Nullable String system, List<String> user) {
    private static final String FORMS = "\"prompt\", \"turns\", \"messages\" or \"conversations\"";

    /** @param error makes the exception of (expected, found) */
    static PromptTurns of(ObjectNode object, BiFunction<String, String, GtoException> error) {
        String system = object.path("system").isTextual() ? object.path("system").textValue() : null;
        if (object.has("prompt")) {
            return new PromptTurns(system, List.of(text(object.get("prompt"), "\"prompt\"", error)));
        }
        if (object.has("turns")) {
            List<String> turns = new ArrayList<>();
            for (JsonNode turn : array(object.get("turns"), "\"turns\"", error)) {
                turns.add(text(turn, "each of \"turns\"", error));
            }
            return new PromptTurns(system, turns);
        }
        for (String field : new String[] {"messages", "conversations"}) {
            if (object.has(field)) {
                return conversation(object.get(field), "\"" + field + "\"", system, error);
            }
        }
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        throw error.apply(FORMS, names.isEmpty() ? "no field" : "only " + names);
    }

    private static PromptTurns conversation(JsonNode list, String name, @Nullable String system,
                                            BiFunction<String, String, GtoException> error) {
        String found = system;
        List<String> user = new ArrayList<>();
        for (JsonNode message : array(list, name, error)) {
            String role = text(message.has("role") ? message.get("role") : message.path("from"), "a role (or from) in each of " + name, error);
            JsonNode content = message.has("content") ? message.get("content") : message.path("value");
            switch (role) {
                case "user", "human" -> user.add(text(content, "a content (or value) of each user turn in " + name, error));
                case "system" -> found = text(content, "a content (or value) of the system turn in " + name, error);
                default -> { }
            }
        }
        if (user.isEmpty()) {
            throw error.apply("a turn of the user in " + name, "none");
        }
        return new PromptTurns(found, user);
    }

    private static JsonNode array(JsonNode node, String name, BiFunction<String, String, GtoException> error) {
        if (!node.isArray() || node.isEmpty()) {
            throw error.apply(name + " to be an array that is not empty", Excerpt.of(node.toString()));
        }
        return node;
    }

    private static String text(JsonNode node, String name, BiFunction<String, String, GtoException> error) {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw error.apply(name + " to be a text that is not blank", Excerpt.of(node.toString()));
        }
        return node.textValue();
    }
}
