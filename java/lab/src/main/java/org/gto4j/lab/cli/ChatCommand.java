package org.gto4j.lab.cli;

import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.io.CacheFolder;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.MessageSource;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.tree.TreePolicy;

/** {@code gto4j chat}. */
final class ChatCommand implements Command {
    private static final Parameter<String> SYSTEM = Parameter.of(
                    ParameterGroup.TEXTS,
                    "system",
                    "TEXT",
                    ValueType.text(),
                    "instructions that stand before the conversation")
            .orElse("", "none");
    private static final Parameter<Integer> MAX_TOKENS =
            CommonParameters.MAX_TOKENS.help("most tokens of an answer").orElse(1024);

    @Override
    public String name() {
        return "chat";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.USE;
    }

    @Override
    public String summary() {
        return "a conversation in the terminal";
    }

    @Override
    public String details() {
        return "Talks with a model, with a draft if there is one; the text is the model's own either way. On a terminal lines "
                + "can be edited and recalled by arrow keys, Ctrl-C stops an answer, Ctrl-D or /exit ends, /help lists more. "
                + "From a file or pipe each line is a message.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, CommonParameters.DRAFT, SYSTEM, MAX_TOKENS)
                .and(DecodingChoice.PARAMETERS)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf",
                "-m model.gguf -d draft-gto.gguf --temp 0.7",
                "-m model.gguf -d draft-gto.gguf --system \"Answer in one sentence.\" < questions.txt");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        DecodingChoice choice = DecodingChoice.of(values);
        SamplerOptions sampler = DecodingChoice.sampler(values);
        GenerationOptions.Builder options =
                GenerationOptions.builder().maxTokens(values.get(MAX_TOKENS)).sampler(sampler);
        try (TargetFile open = TargetFile.open(values);
                DraftModel draft = choice.loadDraft(open.target())) {
            TreePolicy policy = choice.policy(open.target(), draft);
            try (TreeDecoder decoder = DecodingChoice.decoder(open.target(), draft, policy);
                    MessageSource source = console.messages(CacheFolder.of("chat-history"))) {
                if (source.isInteractive()) {
                    console.say(open.target().description() + ", " + policy.name()
                            + ". /help lists commands, Ctrl-D ends.");
                }
                Answerer answerer = (messages, stop, listener) ->
                        decoder.chat(messages, options.cancellation(stop).build(), listener);
                new Conversation(answerer, source, console, values.get(SYSTEM)).run();
            }
        }
    }
}
