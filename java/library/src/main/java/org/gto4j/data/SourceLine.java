package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.gto4j.io.Excerpt;
import org.gto4j.model.ChatMessage;
import org.jspecify.annotations.Nullable;

/** Reads one object of a source file, whichever form it has. */
final class SourceLine {
    private static final List<String> FORMS =
            List.of("prompt", "turns", "messages", "conversations", "text", "input_ids");
    private static final Set<String> PROMPTS = Set.of("prompt", "turns");
    private static final Set<String> CONVERSATIONS = Set.of("messages", "conversations");
    private static final String SYSTEM = "system";
    private static final String TOOLS = "tools";

    private final ObjectNode object;
    private final LineError error;
    private final LineText values;

    private SourceLine(ObjectNode object, LineError error) {
        this.object = object;
        this.error = error;
        this.values = new LineText(error);
    }

    static SourceText read(ObjectNode object, String id, String category, LineError error) {
        return new SourceLine(object, error).read(id, category);
    }

    private SourceText read(String id, String category) {
        List<String> forms = forms();
        String form = forms.get(0);
        checkTrained();
        refuseUnhonoured(form);
        return switch (form) {
            case "prompt", "turns" -> withTools(withSystem(new Conversation(id, category, turns(form))));
            case "text" -> new PlainText(id, category, values.text(alone(form), "\"text\""));
            case "input_ids" -> {
                alone(form);
                yield new SourceTokens(object, values).read(id, category);
            }
            default -> {
                Conversation conversation = SourceMessages.read(object, form, id, category, values);
                if (forms.size() > 1) {
                    checkRepeats(conversation, form);
                }
                yield withTools(withSystem(conversation));
            }
        };
    }

    private void refuseUnhonoured(String form) {
        List<String> honoured = new ArrayList<>(SourceMessages.TRAINED);
        honoured.addAll(FORMS);
        honoured.add(SYSTEM);
        if (PROMPTS.contains(form) || CONVERSATIONS.contains(form)) {
            honoured.add(TOOLS);
        }
        if (form.equals("input_ids")) {
            honoured.addAll(List.of("loss_mask", "labels", "attention_mask"));
        }
        UnhonouredFields.OF_LINE.refuse(object, " beside \"" + form + "\"", honoured, error);
        if (!PROMPTS.contains(form)) {
            UnhonouredFields.OF_ANSWERED.refuse(object, " beside \"" + form + "\"", honoured, error);
        }
    }

    /** The form that the line has; "prompt" may follow, as it may repeat what the user's first message says. */
    private List<String> forms() {
        List<String> there = FORMS.stream().filter(object::has).toList();
        List<String> filled = there.size() < 2
                ? there
                : there.stream().filter(form -> !empty(object.get(form))).toList();
        List<String> forms = filled.isEmpty() ? there : filled;
        if (forms.isEmpty()) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(name -> names.add(Excerpt.visible(name)));
            throw error.of(
                    FORMS.stream().map(form -> "\"" + form + "\"").collect(Collectors.joining(", ")),
                    names.isEmpty() ? "no field" : "only " + names);
        }
        if (forms.size() == 2 && forms.get(0).equals("prompt") && CONVERSATIONS.contains(forms.get(1))) {
            return List.of(forms.get(1), "prompt");
        }
        if (forms.size() > 1) {
            throw error.of(
                    "one of " + forms.stream().map(form -> "\"" + form + "\"").collect(Collectors.joining(", ")),
                    "all of them");
        }
        return forms;
    }

    private static boolean empty(JsonNode value) {
        return value.isNull()
                || value.isTextual() && value.textValue().isBlank()
                || value.isContainerNode() && value.isEmpty();
    }

    /** As in UltraChat, where "prompt" is the first of the messages once more. */
    private void checkRepeats(Conversation conversation, String form) {
        String prompt = values.text(object.get("prompt"), "\"prompt\"");
        String first =
                conversation.contents(Conversation.USER).stream().findFirst().orElse("");
        if (!prompt.strip().equals(first.strip())) {
            throw error.of(
                    "\"prompt\" to repeat the user's first turn in \"" + form + "\", or one of both only",
                    Excerpt.of(prompt) + " and " + Excerpt.of(first));
        }
    }

    private List<ChatMessage> turns(String form) {
        if (form.equals("prompt")) {
            return List.of(ChatMessage.user(values.text(object.get(form), "\"prompt\"")));
        }
        List<ChatMessage> turns = new ArrayList<>();
        for (JsonNode turn : values.array(object, form)) {
            turns.add(ChatMessage.user(values.text(turn, "each of \"turns\"")));
        }
        return turns;
    }

    /** A form that has no system message. */
    private JsonNode alone(String form) {
        if (system() != null) {
            throw error.of(
                    "no \"system\" beside \"" + form + "\", as it has no turns",
                    Excerpt.of(object.get(SYSTEM).toString()));
        }
        return object.get(form);
    }

    private @Nullable String system() {
        return values.content(object.path(SYSTEM), "\"system\"");
    }

    private Conversation withTools(Conversation conversation) {
        return conversation.withTools(new SourceTools(values).tools(object.path(TOOLS)));
    }

    /** A "system" beside the messages stands before them. */
    private Conversation withSystem(Conversation conversation) {
        String system = system();
        List<String> own = conversation.contents(Conversation.SYSTEM);
        if (system == null
                || own.equals(List.of(system))
                        && conversation.messages().get(0).role().equals(Conversation.SYSTEM)) {
            return conversation;
        }
        if (!own.isEmpty()) {
            throw error.of(
                    "one system message, in \"system\" or among the messages",
                    "both: " + Excerpt.of(system) + " and " + Excerpt.of(own.get(0)));
        }
        return conversation.after(ChatMessage.system(system));
    }

    /** What isn't to be trained at all has no place in the file. */
    private void checkTrained() {
        for (String field : SourceMessages.TRAINED) {
            JsonNode value = object.path(field);
            boolean trained = value.isMissingNode()
                    || value.isNull()
                    || (value.isBoolean() ? value.booleanValue() : value.isNumber() && value.doubleValue() == 1);
            if (!trained) {
                throw error.of(
                        "\"" + field + "\" to be 1 or true where it stands beside a whole text (leave others out)",
                        Excerpt.of(value.toString()));
            }
        }
    }
}
