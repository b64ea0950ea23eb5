package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.io.TextFile;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.ChatOptions;

/** {@code gto4j template}. */
final class TemplateCommand implements Command {
    private static final Parameter<Path> MESSAGES = ChatParameters.MESSAGES.needed();
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
        return Parameters.of(CommonParameters.MODEL, TEMPLATE_NAME, MESSAGES, ChatParameters.TOOLS, NO_PROMPT)
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
            console.raw().print(ChatParameters.inFile(values.get(MESSAGES), () -> open.target()
                    .chatText(messages, options)
                    .text()));
        }
    }

    private static ChatOptions options(ParameterValues values) {
        ChatOptions.Builder options = ChatOptions.builder()
                .generationPrompt(!values.get(NO_PROMPT))
                .templateName(values.find(TEMPLATE_NAME).orElse(null));
        return ChatParameters.inFile(
                values.find(ChatParameters.TOOLS).orElse(null),
                () -> ChatParameters.withTools(values, options).build());
    }
}
