package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.gto4j.error.GtoException;
import org.gto4j.io.TextFile;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.ToolChoice;
import org.jspecify.annotations.Nullable;

/** What a conversation is rendered and answered with. */
final class ChatParameters {
    static final Parameter<Path> MESSAGES = Parameter.file(
            ParameterGroup.TEXTS,
            "messages",
            "FILE",
            FileUse.FILE_IN,
            "JSON array of messages as clients send it: [{\"role\": \"user\", \"content\": \"Hi\"}]");
    static final Parameter<Path> TOOLS = Parameter.file(
            ParameterGroup.TEXTS,
            "tools",
            "FILE",
            FileUse.FILE_IN,
            "JSON array of tools: [{\"type\": \"function\", \"function\": {\"name\": ..., \"parameters\": ...}}]");
    static final Parameter<ToolChoice> TOOL_CHOICE = Parameter.of(
                    ParameterGroup.TEXTS,
                    "tool-choice",
                    "CHOICE",
                    ValueType.choice(ToolChoice.class),
                    "whether the answer calls tools")
            .orElse(ToolChoice.AUTO);
    static final Parameter<Boolean> PARALLEL_CALLS =
            Parameter.flag(ParameterGroup.TEXTS, "parallel-calls", "one answer may have several calls of tools");
    static final Parameter<Path> JSON_SCHEMA = Parameter.file(
            ParameterGroup.TEXTS,
            "json-schema",
            "FILE",
            FileUse.FILE_IN,
            "JSON schema of the answer, which is JSON then; without tools");

    private ChatParameters() {}

    /** Adds the tools, if there are any. */
    static ChatOptions.Builder withTools(ParameterValues values, ChatOptions.Builder options) {
        Path tools = values.find(TOOLS).orElse(null);
        return tools == null ? options : options.toolsJson(TextFile.read(tools));
    }

    /** Options of an answer; errors name the file that they are about. */
    static ChatOptions answer(ParameterValues values) {
        ChatOptions.Builder options =
                ChatOptions.builder().toolChoice(values.get(TOOL_CHOICE)).parallelToolCalls(values.get(PARALLEL_CALLS));
        Path schema = values.find(JSON_SCHEMA).orElse(null);
        if (schema != null && values.find(TOOLS).isPresent()) {
            throw new UsageException("--json-schema goes without --tools: a call isn't such an answer");
        }
        if (schema != null) {
            options.jsonSchema(TextFile.read(schema));
        }
        Path file = schema == null ? values.find(TOOLS).orElse(null) : schema;
        return inFile(file, () -> withTools(values, options).build());
    }

    /** What is wrong with JSON is told with the file that it is from. */
    static <T> T inFile(@Nullable Path file, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.ARGUMENT || file == null) {
                throw e;
            }
            throw new GtoException(e.kind(), file + ": " + e.getMessage(), e);
        }
    }
}
