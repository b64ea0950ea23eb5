package org.gto4j.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ToolCall;
import org.jspecify.annotations.Nullable;

/**
 * Whether a chat template writes what a conversation has besides roles and contents: tools, calls, reasoning, names. A
 * template that doesn't know a field leaves it out silently, and then another text is trained than the file says. Marks
 * in the place of the fields tell. The name and the call's id of a tool's turn aren't looked for: most templates write
 * what a tool said and nothing else, and its place says whose it is.
 */
final class WrittenFields {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MARK = "gto4j_mark_";

    private final TargetChat chat;
    private final List<ChatMessage> messages;

    private WrittenFields(TargetChat chat, List<ChatMessage> messages) {
        this.chat = chat;
        this.messages = messages;
    }

    /** A field of a message, and what tells that it is there. */
    private record Field(String name, ChatMessage marked, List<String> marks) {}

    /**
     * Checks a conversation that the template can write.
     *
     * @param addAssistant whether it ends with the header of an assistant turn
     * @throws GtoException FORMAT: names the message and its field
     */
    static void require(TargetChat chat, List<ChatMessage> messages, boolean addAssistant) {
        WrittenFields fields = new WrittenFields(chat, messages);
        String tools = chat.tools();
        if (tools != null) {
            fields.requireTools(tools, addAssistant);
        }
        for (int i = 0; i < messages.size(); i++) {
            fields.requireMessage(i);
        }
    }

    /** The object that holds a tool's name: clients wrap it, or don't. */
    static JsonNode functionOf(JsonNode tool) {
        return tool.path("function").isObject() ? tool.path("function") : tool;
    }

    private void requireTools(String json, boolean addAssistant) {
        ArrayNode marked = array(json);
        for (int i = 0; i < marked.size(); i++) {
            ((ObjectNode) functionOf(marked.get(i))).put("name", MARK + i + "_");
        }
        String text = rendered(new TargetChat(chat.target(), marked.toString()), messages, addAssistant);
        for (int i = 0; text != null && i < marked.size(); i++) {
            if (!text.contains(MARK + i + "_")) {
                throw new GtoException(
                        GtoException.Kind.FORMAT, "\"tools\"[" + i + "]: " + chat.source() + " leaves it out");
            }
        }
    }

    private void requireMessage(int index) {
        ChatMessage message = messages.get(index);
        for (Field field : fields(message)) {
            List<ChatMessage> marked = IntStream.rangeClosed(0, index)
                    .mapToObj(i -> i == index ? field.marked() : messages.get(i))
                    .toList();
            String text = rendered(chat, marked, false);
            if (text != null && !field.marks().stream().allMatch(text::contains)) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        "message " + (index + 1) + " of " + messages.size() + ", of role " + message.role() + ": "
                                + chat.source() + " leaves out its \"" + field.name() + "\"");
            }
        }
    }

    private static List<Field> fields(ChatMessage message) {
        List<Field> fields = new ArrayList<>();
        if (message.reasoning() != null) {
            fields.add(new Field("reasoning_content", message.withReasoning(MARK), List.of(MARK)));
        }
        if (!message.toolCalls().isEmpty()) {
            List<ToolCall> calls = new ArrayList<>();
            List<String> marks = new ArrayList<>();
            for (ToolCall call : message.toolCalls()) {
                String name = MARK + calls.size() + "_";
                String argument = MARK + "of_" + calls.size() + "_";
                calls.add(new ToolCall(call.id(), name, "{\"" + argument + "\": 1}"));
                marks.addAll(List.of(name, argument));
            }
            fields.add(new Field("tool_calls", message.withToolCalls(calls), marks));
        }
        if (message.name() != null && !message.role().equals(Conversation.TOOL)) {
            ChatMessage marked = new ChatMessage(
                    message.role(),
                    message.content(),
                    message.reasoning(),
                    message.toolCalls(),
                    message.toolCallId(),
                    MARK);
            fields.add(new Field("name", marked, List.of(MARK)));
        }
        return fields;
    }

    /** Null if the template refuses the marks: what it makes of the fields themselves is seen when they are written. */
    private static @Nullable String rendered(TargetChat chat, List<ChatMessage> marked, boolean addAssistant) {
        try {
            return chat.text(marked, addAssistant).text();
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.FORMAT) {
                throw e;
            }
            return null;
        }
    }

    private static ArrayNode array(String json) {
        try {
            return (ArrayNode) JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tools that were checked aren't JSON", e);
        }
    }
}
