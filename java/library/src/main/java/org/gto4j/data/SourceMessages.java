package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.gto4j.io.Excerpt;
import org.gto4j.model.ChatMessage;
import org.jspecify.annotations.Nullable;

/** Reads the messages of a line: roles, contents, reasoning, calls, and which answers are not to be trained. */
final class SourceMessages {
    /** Each may say whether an answer is trained. */
    static final List<String> TRAINED = List.of("weight", "train", "training", "loss");

    private static final List<String> HONOURED = Stream.concat(
                    TRAINED.stream(),
                    Stream.of(
                            "role",
                            "from",
                            "content",
                            "value",
                            "reasoning_content",
                            "tool_calls",
                            "tool_call_id",
                            "name"))
            .toList();

    private final LineText values;
    private final LineError error;
    private final List<ChatMessage> messages = new ArrayList<>();
    private final Set<Integer> untrained = new TreeSet<>();

    private SourceMessages(LineText values) {
        this.values = values;
        this.error = values.error();
    }

    /**
     * The conversation that a field holds; system messages that are blank are left out, an assistant's may be blank.
     */
    static Conversation read(ObjectNode object, String field, String id, String category, LineText values) {
        SourceMessages reader = new SourceMessages(values);
        JsonNode list = values.array(object, field);
        for (int i = 0; i < list.size(); i++) {
            String where = "\"" + field + "\"[" + i + "]";
            if (!(list.get(i) instanceof ObjectNode message)) {
                throw values.error()
                        .of(
                                where + " to be an object with a role and a content",
                                Excerpt.of(list.get(i).toString()));
            }
            reader.add(message, where);
        }
        return new Conversation(id, category, reader.messages, reader.untrained);
    }

    private void add(ObjectNode message, String where) {
        String role = role(values.text(either(message, "role", "from", where), "a role (or from) of " + where), where);
        UnhonouredFields.OF_MESSAGE.refuse(message, " of " + where, HONOURED, error);
        String content = values.content(either(message, "content", "value", where), "a content (or value) of " + where);
        boolean trained = trained(message, role, where);
        if (content == null && role.equals(Conversation.SYSTEM)) {
            return;
        }
        if (content == null && !role.equals(Conversation.ASSISTANT)) {
            throw error.of(
                    "a content (or value) of " + where + ", a turn of the " + role + ", that is not blank",
                    found(message));
        }
        if (!trained) {
            untrained.add(messages.size());
        }
        messages.add(new ChatMessage(
                role,
                content == null ? "" : content,
                values.optional(
                        only(message, "reasoning_content", role, Conversation.ASSISTANT, where),
                        "\"reasoning_content\" of " + where),
                new SourceTools(values).calls(only(message, "tool_calls", role, Conversation.ASSISTANT, where), where),
                values.optional(
                        only(message, "tool_call_id", role, Conversation.TOOL, where), "\"tool_call_id\" of " + where),
                values.optional(message.path("name"), "\"name\" of " + where)));
    }

    /** A field that only messages of one role may have. */
    private JsonNode only(ObjectNode message, String field, String role, String expected, String where) {
        JsonNode value = message.path(field);
        if (!role.equals(expected) && UnhonouredFields.holdsSomething(value)) {
            throw error.of(
                    "no \"" + field + "\" of " + where + ", a turn of the " + role, Excerpt.of(value.toString()));
        }
        return value;
    }

    private static String found(ObjectNode message) {
        return Excerpt.of(message.toString());
    }

    /** The one of two names of a field that is there. */
    private JsonNode either(ObjectNode message, String name, String other, String where) {
        JsonNode first = message.path(name);
        JsonNode second = message.path(other);
        boolean firstThere = !first.isMissingNode() && !first.isNull();
        boolean secondThere = !second.isMissingNode() && !second.isNull();
        if (firstThere && secondThere && !first.equals(second)) {
            throw error.of(
                    "\"" + name + "\" or \"" + other + "\" in " + where,
                    "both, and they differ: " + Excerpt.of(first.toString()) + " and " + Excerpt.of(second.toString()));
        }
        return firstThere || !secondThere ? first : second;
    }

    private String role(String role, String where) {
        return switch (role) {
            case "user", "human" -> Conversation.USER;
            case "assistant", "gpt", "chatgpt", "bot", "model", "function_call" -> Conversation.ASSISTANT;
            case "system", "developer" -> Conversation.SYSTEM;
            case "tool", "function", "function_response", "observation" -> Conversation.TOOL;
            default ->
                throw error.of(
                        "a role (or from) of system, user (human), assistant (gpt) or tool in " + where,
                        Excerpt.of(role));
        };
    }

    private boolean trained(ObjectNode message, String role, String where) {
        Boolean trained = null;
        for (String field : TRAINED) {
            Boolean says = flag(message.path(field), field, where);
            if (says != null && trained != null && !says.equals(trained)) {
                throw error.of(TRAINED + " of " + where + " to say the same", Excerpt.of(message.toString()));
            }
            if (says != null && says && !role.equals(Conversation.ASSISTANT)) {
                throw error.of(
                        "no \"" + field + "\" of " + where + " that asks to train a turn of the " + role
                                + ", as only answers are trained",
                        Excerpt.of(message.get(field).toString()));
            }
            trained = says == null ? trained : says;
        }
        return trained == null || trained;
    }

    private @Nullable Boolean flag(JsonNode value, String field, String where) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (value.isBoolean()) {
            return value.booleanValue();
        }
        if (!value.isNumber() || value.doubleValue() != 0 && value.doubleValue() != 1) {
            throw error.of(
                    "\"" + field + "\" of " + where + " to be 0 or 1, or false or true", Excerpt.of(value.toString()));
        }
        return value.doubleValue() == 1;
    }
}
