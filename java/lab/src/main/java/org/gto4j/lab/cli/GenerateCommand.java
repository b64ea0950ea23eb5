package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.cli.Options;
import org.gto4j.DecodingCosts;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/** {@code gto4j generate}. */
final class GenerateCommand implements Command {
    private static final int DEFAULT_TOKENS = 256;

    @Override
    public String name() {
        return "generate";
    }

    @Override
    public String summary() {
        return "answers a prompt, with a draft if there is one; the text is the target's own either way";
    }

    @Override
    public Options options() {
        Options options = CommandOptions.computing()
                .addOption(CommandOptions.model())
                .addOption(CommandOptions.file(
                        "d", "draft", "GGUF", FileUse.GGUF_IN, "a draft of this target (default: plain decoding)"))
                .addOption(CommandOptions.needed(
                        "p",
                        "prompt",
                        "TEXT",
                        "what to answer, or with --raw to continue; - reads it from standard input"))
                .addOption(CommandOptions.value(
                        "n", "max-tokens", "N", "most tokens to generate (default " + DEFAULT_TOKENS + ")"))
                .addOption(CommandOptions.value(null, "temp", "T", "temperature; 0, the default, is greedy"))
                .addOption(CommandOptions.value(
                        null, "seed", "S", "of the random stream at a temperature above 0 (default 0)"))
                .addOption(CommandOptions.flag("raw", "don't apply the chat template"))
                .addOption(
                        CommandOptions.value(
                                null,
                                "mode",
                                "MODE",
                                "plain, lookup, chain, tree, static or cost-aware (the default with a draft, unless --tree, --chain or --static is given)"));
        return TreeSizes.addTo(options);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-gto.gguf -p \"Why is the sky blue?\"",
                "-m model.gguf -d draft-gto.gguf -p \"Write a haiku.\" --temp 0.8 --seed 7 -n 64",
                "-m model.gguf -p \"Once upon a time\" --raw");
    }

    @Override
    public void run(Values values, Console console) {
        Optional<Path> draftFile = values.path("draft");
        Mode mode = values.text("mode")
                .map(Comparing::mode)
                .orElse(draftFile.isPresent() ? modeOfSizes(values) : Mode.PLAIN);
        TreeSizes sizes = TreeSizes.single(values);
        if (mode.needsDraft() && draftFile.isEmpty()) {
            throw new UsageException("mode " + mode.label() + " needs --draft");
        }
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(values.integer("max-tokens", DEFAULT_TOKENS, 1))
                .sampler(sampler(values))
                .build();
        String prompt = values.textOrInput("prompt");
        if (prompt.isBlank()) {
            throw Values.wrong("prompt", "a text", prompt);
        }
        try (TargetFile open = TargetFile.open(values);
                DraftModel draft = !mode.needsDraft() ? null : DraftModel.load(open.target(), draftFile.get())) {
            TreePolicy policy = sizes.policy(mode, () -> DecodingCosts.of(open.target(), draft, false));
            generate(open.target(), draft, policy, options, prompt, values, console);
        }
    }

    /** Who gives a size wants that kind of draft. */
    private static Mode modeOfSizes(Values values) {
        return values.has("tree")
                ? Mode.TREE
                : values.has("chain") ? Mode.CHAIN : values.has("static") ? Mode.STATIC : Mode.COST_AWARE;
    }

    private static void generate(
            TargetModel target,
            @Nullable DraftModel draft,
            TreePolicy policy,
            GenerationOptions options,
            String prompt,
            Values values,
            Console console) {
        try (TreeDecoder decoder =
                TreeDecoder.builder(target).draft(draft).policy(policy).build()) {
            Generation generation =
                    decoder.generate(tokens(target, prompt, values), options, text -> stream(text, console));
            console.out().println();
            console.say(summary(generation, policy, values));
        }
    }

    private static SamplerOptions sampler(Values values) {
        return SamplerOptions.builder()
                .temperature((float) values.number("temp", 0, 0))
                .seed(values.seed(0))
                .build();
    }

    private static int[] tokens(TargetModel target, String prompt, Values values) {
        return values.has("raw")
                ? target.tokenize(prompt, true, false)
                : target.chatTokens(List.of(ChatMessage.user(prompt)), true);
    }

    private static void stream(String text, Console console) {
        console.checkStop();
        console.text().print(text);
        console.flush();
    }

    private static String summary(Generation generation, TreePolicy policy, Values values) {
        Generation.Statistics statistics = generation.statistics();
        return String.format(
                Locale.ROOT,
                "%d tokens, tau %.2f (%s, temperature %s), %.1f tokens/s, prompt %.2f s, %s",
                statistics.tokens(),
                statistics.tau(),
                policy.name(),
                values.text("temp", "0"),
                statistics.tokensPerSecond(),
                statistics.promptNanos() * 1e-9,
                ending(generation.reason()));
    }

    private static String ending(Generation.FinishReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
