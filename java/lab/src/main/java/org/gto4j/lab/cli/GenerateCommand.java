package org.gto4j.lab.cli;

import java.util.List;
import java.util.Locale;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.ChatMessage;
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
            .shortName("p")
            .needed();
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
        return "Answers a prompt, with a draft if there is one; the text is the target's own either way.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, CommonParameters.DRAFT, PROMPT, RAW, CommonParameters.MAX_TOKENS)
                .and(DecodingChoice.PARAMETERS)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-gto.gguf -p \"Why is the sky blue?\"",
                "-m model.gguf -d draft-gto.gguf -p \"Write a haiku.\" --temp 0.8 --seed 7 -n 64",
                "-m model.gguf -p \"Once upon a time\" --raw");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        DecodingChoice choice = DecodingChoice.of(values);
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(values.get(CommonParameters.MAX_TOKENS))
                .sampler(DecodingChoice.sampler(values))
                .build();
        String prompt = values.get(PROMPT);
        if (prompt.isBlank()) {
            throw ParameterValues.wrong(PROMPT, "a text", prompt);
        }
        try (TargetFile open = TargetFile.open(values);
                DraftModel draft = choice.loadDraft(open.target())) {
            TreePolicy policy = choice.policy(open.target(), draft);
            generate(open.target(), draft, policy, options, prompt, values, console);
        }
    }

    private static void generate(
            TargetModel target,
            @Nullable DraftModel draft,
            TreePolicy policy,
            GenerationOptions options,
            String prompt,
            ParameterValues values,
            Console console) {
        try (TreeDecoder decoder = DecodingChoice.decoder(target, draft, policy)) {
            Generation generation =
                    decoder.generate(tokens(target, prompt, values), options, text -> stream(text, console));
            console.out().println();
            console.say(summary(generation, policy, values.get(CommonParameters.TEMPERATURE)));
        }
    }

    private static int[] tokens(TargetModel target, String prompt, ParameterValues values) {
        return values.get(RAW)
                ? target.tokenize(prompt, true, false)
                : target.chatTokens(List.of(ChatMessage.user(prompt)), true);
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
