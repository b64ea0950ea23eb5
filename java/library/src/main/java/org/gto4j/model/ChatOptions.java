package org.gto4j.model;

import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * What a chat template is given besides the messages. Immutable.
 *
 * @param generationPrompt whether the text ends with the header of an assistant turn
 * @param tools JSON array of tools as clients send it, or null
 * @param variables further variables of the template by name, each in JSON
 * @param templateName which of the GGUF's named templates to take, e.g. "tool_use"; null: the one for tools if there
 *     are tools and the GGUF has it, else the default one
 * @param now what the template takes for the time, or null for the clock's
 * @param toolChoice whether the answer calls tools; it counts in {@link TargetModel#answerFormat}, not in the template
 * @param parallelToolCalls whether one answer may have several calls; likewise
 * @param jsonSchema JSON schema of the whole answer, or null; likewise, and without tools
 */
public record ChatOptions(
        boolean generationPrompt,
        @Nullable String tools,
        Map<String, String> variables,
        @Nullable String templateName,
        @Nullable LocalDateTime now,
        ToolChoice toolChoice,
        boolean parallelToolCalls,
        @Nullable String jsonSchema) {
    /** Ready for an answer: with the header of an assistant turn, and without anything else. */
    public static final ChatOptions ANSWER = builder().build();

    /** A conversation as it is: without that header. */
    public static final ChatOptions WHOLE = builder().generationPrompt(false).build();

    /** Checks that what is JSON is JSON (kind ARGUMENT); copies the map. */
    public ChatOptions {
        variables = ChatJson.variables(variables);
        if (tools != null) {
            ChatJson.array("tools", tools);
        }
        Objects.requireNonNull(toolChoice, "toolChoice");
        Arguments.check(
                toolChoice != ToolChoice.REQUIRED || tools != null,
                "toolChoice: expected tools to choose from, found none");
        if (jsonSchema != null) {
            ChatJson.object("jsonSchema", jsonSchema);
            Arguments.check(tools == null, "jsonSchema: expected no tools beside it, as a call isn't such an answer");
        }
    }

    /** {@link #ANSWER} or {@link #WHOLE}. */
    static ChatOptions of(boolean generationPrompt) {
        return generationPrompt ? ANSWER : WHOLE;
    }

    /** A builder with the values of {@link #ANSWER}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link ChatOptions}. */
    public static final class Builder {
        private boolean generationPrompt = true;
        private @Nullable String tools;
        private final Map<String, String> variables = new LinkedHashMap<>();
        private @Nullable String templateName;
        private @Nullable LocalDateTime now;
        private ToolChoice toolChoice = ToolChoice.AUTO;
        private boolean parallelToolCalls;
        private @Nullable String jsonSchema;

        private Builder() {}

        /** Whether the text ends with the header of an assistant turn. */
        public Builder generationPrompt(boolean ends) {
            generationPrompt = ends;
            return this;
        }

        /** The tools that the model may call; none if the list is empty. */
        public Builder tools(List<ChatTool> list) {
            tools = Objects.requireNonNull(list, "list").isEmpty() ? null : ChatJson.tools(list);
            return this;
        }

        /** The tools as a JSON array, as clients send it, or null for none. */
        public Builder toolsJson(@Nullable String json) {
            tools = json;
            return this;
        }

        /** A variable of the template that is on or off, e.g. "enable_thinking". */
        public Builder variable(String name, boolean value) {
            return variableJson(name, Boolean.toString(value));
        }

        /** A variable of the template that is a text. */
        public Builder variable(String name, String value) {
            return variableJson(name, ChatJson.text(Objects.requireNonNull(value, "value")));
        }

        /** A variable of the template, in JSON. */
        public Builder variableJson(String name, String json) {
            variables.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(json, "json"));
            return this;
        }

        /** Which of the GGUF's named templates to take. */
        public Builder templateName(@Nullable String name) {
            templateName = name;
            return this;
        }

        /** What the template takes for the time, or null for the clock's. */
        public Builder now(@Nullable LocalDateTime time) {
            now = time;
            return this;
        }

        /** Whether the answer calls tools; AUTO unless said otherwise. */
        public Builder toolChoice(ToolChoice choice) {
            toolChoice = choice;
            return this;
        }

        /** Whether one answer may have several calls; it may not unless said otherwise. */
        public Builder parallelToolCalls(boolean several) {
            parallelToolCalls = several;
            return this;
        }

        /** JSON schema of the whole answer, or null for none. */
        public Builder jsonSchema(@Nullable String schema) {
            jsonSchema = schema;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names what isn't JSON. */
        public ChatOptions build() {
            return new ChatOptions(
                    generationPrompt, tools, variables, templateName, now, toolChoice, parallelToolCalls, jsonSchema);
        }
    }
}
