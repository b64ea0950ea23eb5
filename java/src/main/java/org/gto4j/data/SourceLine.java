package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.ChatMessage;

/** Reads one object of a source file, whichever form it has. */
final class SourceLine {
    private static final String FORMS = "\"prompt\", \"turns\", \"messages\", \"conversations\", \"text\" or \"input_ids\"";

    private final ObjectNode object;
    private final LineError error;

    private SourceLine(ObjectNode object, LineError error) {
        this.object = object;
        this.error = error;
    }

    static SourceText read(ObjectNode object, String id, String category, LineError error) {
        return new SourceLine(object, error).read(id, category);
    }

    private SourceText read(String id, String category) {
        if (object.has("prompt")) {
            return new Conversation(id, category, withSystem(List.of(ChatMessage.user(text(object.get("prompt"), "\"prompt\"")))));
        }
        if (object.has("turns")) {
            List<ChatMessage> turns = new ArrayList<>();
            for (JsonNode turn : array("turns")) {
                turns.add(ChatMessage.user(text(turn, "each of \"turns\"")));
            }
            return new Conversation(id, category, withSystem(turns));
        }
        for (String field : new String[] {"messages", "conversations"}) {
            if (object.has(field)) {
                return new Conversation(id, category, withSystem(messages(field)));
            }
        }
        if (object.has("text")) {
            return new PlainText(id, category, text(object.get("text"), "\"text\""));
        }
        if (object.has("input_ids")) {
            int[] tokens = tokens();
            return new TokenText(id, category, tokens, lossMask(tokens.length));
        }
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        throw error.of(FORMS, names.isEmpty() ? "no field" : "only " + names);
    }

    /** A "system" beside the messages counts if they have none. */
    private List<ChatMessage> withSystem(List<ChatMessage> messages) {
        boolean there = messages.stream().anyMatch(message -> message.role().equals(Conversation.SYSTEM));
        if (there || object.path("system").asText().isBlank()) {
            return messages;
        }
        List<ChatMessage> all = new ArrayList<>(List.of(ChatMessage.system(text(object.get("system"), "\"system\""))));
        all.addAll(messages);
        return all;
    }

    private List<ChatMessage> messages(String field) {
        String name = "\"" + field + "\"";
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : array(field)) {
            String role = role(text(message.has("role") ? message.get("role") : message.path("from"), "a role (or from) in each of " + name), name);
            JsonNode content = message.has("content") ? message.get("content") : message.path("value");
            boolean blank = content.isTextual() ? content.textValue().isBlank() : !content.isArray();
            if (blank && role.equals(Conversation.SYSTEM)) {
                continue;
            }
            boolean unread = blank && role.equals(Conversation.ASSISTANT);
            messages.add(new ChatMessage(role, unread ? "" : text(joined(content), "a content (or value) of each " + role + " turn in " + name)));
        }
        return messages;
    }

    private String role(String role, String name) {
        return switch (role) {
            case "user", "human" -> Conversation.USER;
            case "assistant", "gpt", "chatgpt", "bot", "model", "function_call" -> Conversation.ASSISTANT;
            case "system", "developer" -> Conversation.SYSTEM;
            case "tool", "function", "function_response", "observation" -> Conversation.TOOL;
            default -> throw error.of("a role (or from) of system, user (human), assistant (gpt) or tool in each of " + name, Excerpt.of(role));
        };
    }

    /** Content parts of type text become lines of one text. */
    private JsonNode joined(JsonNode content) {
        if (!content.isArray()) {
            return content;
        }
        List<String> parts = new ArrayList<>();
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text")) {
                throw error.of("content parts of type text", Excerpt.of(part.toString()));
            }
            parts.add(text(part.path("text"), "the text of each content part"));
        }
        return object.textNode(String.join("\n", parts));
    }

    private JsonNode array(String field) {
        JsonNode node = object.get(field);
        if (!node.isArray() || node.isEmpty()) {
            throw error.of("\"" + field + "\" to be an array that is not empty", Excerpt.of(node.toString()));
        }
        return node;
    }

    private String text(JsonNode node, String name) {
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw error.of(name + " to be a text that is not blank", Excerpt.of(node.toString()));
        }
        if (node.textValue().indexOf('\0') >= 0) {
            throw error.of(name + " to be a text without U+0000", Excerpt.of(node.textValue().replace("\0", "\\u0000")));
        }
        return node.textValue();
    }

    private int[] tokens() {
        JsonNode list = array("input_ids");
        int[] tokens = new int[list.size()];
        for (int i = 0; i < tokens.length; i++) {
            if (!list.get(i).isInt() || list.get(i).intValue() < 0) {
                throw error.of("each of \"input_ids\" to be a whole number of at least 0", Excerpt.of(list.get(i).toString()) + " at index " + i);
            }
            tokens[i] = list.get(i).intValue();
        }
        if (tokens.length < 2) {
            throw error.of("at least 2 \"input_ids\"", Integer.toString(tokens.length));
        }
        return tokens;
    }

    private boolean[] lossMask(int length) {
        boolean[] mask = new boolean[length];
        JsonNode list = object.has("loss_mask") ? array("loss_mask") : null;
        if (list != null && list.size() != length) {
            throw error.of("as many \"loss_mask\" as \"input_ids\" (" + length + ")", Integer.toString(list.size()));
        }
        boolean any = false;
        for (int i = 0; i < length; i++) {
            if (list != null && !list.get(i).isBoolean() && !(list.get(i).isInt() && (list.get(i).intValue() & ~1) == 0)) {
                throw error.of("each of \"loss_mask\" to be 0 or 1", Excerpt.of(list.get(i).toString()) + " at index " + i);
            }
            mask[i] = list == null || list.get(i).asBoolean();
            any |= mask[i] && i > 0;
        }
        if (!any) {
            throw error.of("\"loss_mask\" to be 1 for a token after the first", "none");
        }
        return mask;
    }
}
