package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.gto4j.ChatAnswer;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.io.TextFile;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/** {@code gto4j generate}. */
final class GenerateCommand implements Command {
    static final Parameter<String> PROMPT = Parameter.of(
                    ParameterGroup.TEXTS,
                    "prompt",
                    "TEXT",
                    ValueType.textOrInput(),
                    "what to answer, or with --raw to continue; - reads it from standard input")
            .shortName("p");
    private static final Parameter<Boolean> RAW =
            Parameter.flag(ParameterGroup.TEXTS, "raw", "don't apply the chat template");

    @Override
    public String name() {
        return "generate";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.USE;
    }

    @Override
    public String summary() {
        return "answers one prompt";
    }

    @Override
    public String details() {
        return "Answers a prompt, with a draft if there is one; the text is the target's own either way. With --tools the "
                + "answer is printed as a message in JSON, its calls taken apart.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, CommonParameters.DRAFT, PROMPT, RAW, CommonParameters.MAX_TOKENS)
                .and(Parameters.of(
                        ChatParameters.MESSAGES,
                        ChatParameters.TOOLS,
                        ChatParameters.TOOL_CHOICE,
                        ChatParameters.PARALLEL_CALLS,
                        ChatParameters.JSON_SCHEMA))
                .and(DecodingChoice.PARAMETERS)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-gto.gguf -p \"Why is the sky blue?\"",
                "-m model.gguf -d draft-gto.gguf -p \"Write a haiku.\" --temp 0.8 --seed 7 -n 64",
                "-m model.gguf -d draft-gto.gguf --messages messages.json --tools tools.json",
                "-m model.gguf -p \"Name a city.\" --json-schema city.json",
                "-m model.gguf -p \"Once upon a time\" --raw");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        DecodingChoice choice = DecodingChoice.of(values);
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(values.get(CommonParameters.MAX_TOKENS))
                .sampler(DecodingChoice.sampler(values))
                .build();
        ChatOptions chat = ChatParameters.answer(values);
        String prompt = values.find(PROMPT).orElse(null); // once: it may be what standard input holds
        String messages = messages(values, prompt);
        try (TargetFile open = TargetFile.open(values);
                DraftModel draft = choice.loadDraft(open.target())) {
            TreePolicy policy = choice.policy(open.target(), draft);
            try (TreeDecoder decoder = DecodingChoice.decoder(open.target(), draft, policy)) {
                Generation generation = messages == null
                        ? plain(decoder, open.target(), String.valueOf(prompt), options, values, console)
                        : answer(decoder, messages, chat, options, values, console);
                console.say(summary(generation, policy, values.get(CommonParameters.TEMPERATURE)));
            }
        }
    }

    /** The conversation to answer in JSON; null: the prompt is answered without more, or continued. */
    private static @Nullable String messages(ParameterValues values, @Nullable String prompt) {
        Path file = values.find(ChatParameters.MESSAGES).orElse(null);
        if ((file == null) == (prompt == null)) {
            throw new UsageException("expected one of --prompt and --messages");
        }
        if (prompt != null && prompt.isBlank()) {
            throw ParameterValues.wrong(PROMPT, "a text", prompt);
        }
        boolean more = file != null
                || values.find(ChatParameters.TOOLS).isPresent()
                || values.find(ChatParameters.JSON_SCHEMA).isPresent();
        if (more && values.get(RAW)) {
            throw new UsageException("--raw goes without --messages, --tools and --json-schema, which need a chat");
        }
        if (!more) {
            return null;
        }
        return file == null ? "[" + ChatMessage.user(String.valueOf(prompt)).toJson() + "]" : TextFile.read(file);
    }

    private static Generation plain(
            TreeDecoder decoder,
            TargetModel target,
            String prompt,
            GenerationOptions options,
            ParameterValues values,
            Console console) {
        int[] tokens = values.get(RAW)
                ? target.tokenize(prompt, true, false)
                : target.chatTokens(List.of(ChatMessage.user(prompt)), true);
        Generation generation = decoder.generate(tokens, options, text -> stream(text, console));
        console.out().println();
        return generation;
    }

    private static Generation answer(
            TreeDecoder decoder,
            String messages,
            ChatOptions chat,
            GenerationOptions options,
            ParameterValues values,
            Console console) {
        boolean called = chat.tools() != null;
        ChatAnswer answer = ChatParameters.inFile(
                values.find(ChatParameters.MESSAGES).orElse(null),
                () -> decoder.answer(messages, chat, options, text -> {
                    console.checkStop();
                    if (!called) {
                        stream(text, console);
                    }
                }));
        console.out().println(called ? answer.message().toJson() : "");
        return answer.generation();
    }

    private static void stream(String text, Console console) {
        console.checkStop();
        console.text().print(text);
        console.flush();
    }

    private static String summary(Generation generation, TreePolicy policy, double temperature) {
        Generation.Statistics statistics = generation.statistics();
        return String.format(
                Locale.ROOT,
                "%d tokens, tau %.2f (%s, temperature %s), %.1f tokens/s, prompt %.2f s, %s",
                statistics.tokens(),
                statistics.tau(),
                policy.name(),
                CommonParameters.TEMPERATURE.type().print(temperature),
                statistics.tokensPerSecond(),
                statistics.promptNanos() * 1e-9,
                DecodingChoice.ending(generation.reason()));
    }
}
