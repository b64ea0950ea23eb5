package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks, one turn after the other; the answers are the target's to write. Immutable.
 *
 * @param id unique within its file
 * @param category e.g. "math"; "general" if the file says nothing
 * @param system system message, or null
 * @param turns the user's turns, at least one, none blank
 * @param tools that the target may call: a JSON array as clients send it, or null
 */
public record Prompt(
        String id,
        String category,
        @Nullable String system,
        List<String> turns,
        @Nullable String tools) {
    /** Checks that there is something to answer, that it is text, and that tools are a JSON array. */
    public Prompt {
        turns = List.copyOf(turns);
        WholeText.requireId(id);
        turns.forEach(turn -> WholeText.require("prompt " + id, turn));
        WholeText.require("prompt " + id, system == null ? "" : system);
        if (turns.isEmpty() || turns.stream().anyMatch(String::isBlank)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "prompt " + id + ": expected turns that are not blank, found " + turns);
        }
        ChatOptions.builder().toolsJson(tools).build();
    }

    /** Without tools. */
    public Prompt(String id, String category, @Nullable String system, List<String> turns) {
        this(id, category, system, turns, null);
    }

    /** Without a system message and tools. */
    public Prompt(String id, String category, List<String> turns) {
        this(id, category, null, turns);
    }

    /** SHA-256 of system message, turns and tools, in hex. */
    public String digest() {
        return Provenance.digest(
                "prompt",
                tools,
                messages(turns.subList(1, turns.size()).stream()
                        .map(answer -> "")
                        .toList()));
    }

    /**
     * The conversation up to and including user turn {@code answers.size()}.
     *
     * @param answers the assistant's answers to the turns before; fewer than the turns
     */
    public List<ChatMessage> messages(List<String> answers) {
        List<ChatMessage> messages = new ArrayList<>();
        if (system != null) {
            messages.add(ChatMessage.system(system));
        }
        for (int i = 0; i < answers.size(); i++) {
            messages.add(ChatMessage.user(turns.get(i)));
            messages.add(ChatMessage.assistant(answers.get(i)));
        }
        messages.add(ChatMessage.user(turns.get(answers.size())));
        return messages;
    }
}
