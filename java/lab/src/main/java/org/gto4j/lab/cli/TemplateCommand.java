package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.io.TextFile;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.ChatOptions;
import org.jspecify.annotations.Nullable;

/** {@code gto4j template}. */
final class TemplateCommand implements Command {
    private static final Parameter<Path> MESSAGES = Parameter.file(
                    ParameterGroup.TEXTS,
                    "messages",
                    "FILE",
                    FileUse.FILE_IN,
                    "JSON array of messages as clients send it: [{\"role\": \"user\", \"content\": \"Hi\"}]")
            .needed();
    private static final Parameter<Path> TOOLS = Parameter.file(
            ParameterGroup.TEXTS,
            "tools",
            "FILE",
            FileUse.FILE_IN,
            "JSON array of tools: [{\"type\": \"function\", \"function\": {\"name\": ..., \"parameters\": ...}}]");
    private static final Parameter<String> TEMPLATE_NAME = Parameter.of(
            ParameterGroup.MODEL,
            "template-name",
            "NAME",
            ValueType.text(),
            "which of the model's named templates to take, e.g. tool_use");
    private static final Parameter<Boolean> NO_PROMPT =
            Parameter.flag(ParameterGroup.TEXTS, "no-generation-prompt", "don't end with the header of an answer");

    @Override
    public String name() {
        return "template";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.USE;
    }

    @Override
    public String summary() {
        return "prints a conversation as the model's chat template writes it";
    }

    @Override
    public String details() {
        return "Renders messages by the chat template of a model, as Python's transformers does, and prints the text. "
                + "An error of the template names its line.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, TEMPLATE_NAME, MESSAGES, TOOLS, NO_PROMPT)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf --messages messages.json",
                "-m model.gguf --messages messages.json --tools tools.json --variable enable_thinking=false",
                "-m vicuna.gguf --messages messages.json --chat-template vicuna.jinja");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        ChatOptions options = options(values);
        String messages = TextFile.read(values.get(MESSAGES));
        try (TargetFile open = TargetFile.open(values)) {
            console.raw().print(inFile(values.get(MESSAGES), () -> open.target()
                    .chatText(messages, options)
                    .text()));
        }
    }

    private static ChatOptions options(ParameterValues values) {
        ChatOptions.Builder options = ChatOptions.builder()
                .generationPrompt(!values.get(NO_PROMPT))
                .templateName(values.find(TEMPLATE_NAME).orElse(null));
        Path tools = values.find(TOOLS).orElse(null);
        return inFile(tools, () -> options.toolsJson(tools == null ? null : TextFile.read(tools))
                .build());
    }

    private interface Reading<T> {
        T read();
    }

    /** What is wrong with JSON is told with the file that it is from. */
    private static <T> T inFile(@Nullable Path file, Reading<T> reading) {
        try {
            return reading.read();
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.ARGUMENT || file == null) {
                throw e;
            }
            throw new GtoException(e.kind(), file + ": " + e.getMessage(), e);
        }
    }
}
