package org.gto4j.cli;

import java.util.List;
import java.util.Locale;

import org.apache.commons.cli.Options;
import org.gto4j.SamplerOptions;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptFile;
import org.gto4j.data.Regeneration;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;

/** {@code gto4j regenerate}. */
final class RegenerateCommand implements Command {
    private static final RegenerationOptions DEFAULTS = RegenerationOptions.builder().build();

    @Override
    public String name() {
        return "regenerate";
    }

    @Override
    public String summary() {
        return "lets the target answer prompts and keeps the texts and their features: what drafts are trained on";
    }

    @Override
    public Options options() {
        return Opt.computing().addOption(Opt.model())
            .addOption(Opt.needed(null, "prompts", "JSONL", "prompts, one JSON object a line"))
            .addOption(Opt.needed(null, "out", "DIR", "folder of the corpus; one that is there is continued"))
            .addOption(Opt.value("n", "max-tokens", "N", "most tokens of a response (default " + DEFAULTS.maxResponseTokens() + ")"))
            .addOption(Opt.value(null, "max-prompt", "N", "leave out prompts of more tokens (default " + DEFAULTS.maxPromptTokens() + ")"))
            .addOption(Opt.value(null, "limit", "K", "answer the first K prompts only"))
            .addOption(Opt.value(null, "tokens", "N", "stop when the corpus holds that many response tokens"))
            .addOption(Opt.value(null, "slots", "N", "texts written at once (default " + DEFAULTS.slots() + ")"))
            .addOption(Opt.value(null, "temp", "T", "temperature; 0, the default, is greedy"))
            .addOption(Opt.value(null, "seed", "S", "of the random streams at a temperature above 0 (default 0)"));
    }

    @Override
    public List<String> examples() {
        return List.of("-m model.gguf --prompts questions.jsonl --out corpus",
            "-m model.gguf --prompts questions.jsonl --out corpus -n 512 --tokens 200000 --slots 16 --temp 0.7 --seed 1");
    }

    @Override
    public void run(Values values, Console console) {
        RegenerationOptions options = options(values);
        List<Prompt> prompts = PromptFile.read(values.neededPath("prompts"));
        try (TargetFile open = TargetFile.open(values); Corpus corpus = Corpus.open(values.neededPath("out"), open.target());
                Progress progress = console.progress("regenerate")) {
            Regeneration result = Regenerator.run(open.target(), prompts, corpus, options, state -> {
                console.checkStop();
                progress.update(fraction(state, options), detail(state));
            });
            progress.update(1, detail(result));
        }
    }

    private static RegenerationOptions options(Values values) {
        SamplerOptions sampler = SamplerOptions.builder().temperature((float) values.number("temp", 0, 0))
            .seed(values.integer("seed", 0, Integer.MIN_VALUE)).build();
        return RegenerationOptions.builder().maxResponseTokens(values.integer("max-tokens", DEFAULTS.maxResponseTokens(), 1))
            .maxPromptTokens(values.integer("max-prompt", DEFAULTS.maxPromptTokens(), 1)).promptBudget(values.integer("limit", 0, 1))
            .tokenBudget(values.integer("tokens", 0, 1)).slots(values.integer("slots", DEFAULTS.slots(), 1)).sampler(sampler).build();
    }

    private static double fraction(Regeneration state, RegenerationOptions options) {
        double prompts = state.totalPrompts() == 0 ? 1 : (double) state.prompts() / state.totalPrompts();
        return options.tokenBudget() == 0 ? prompts : Math.max(prompts, (double) state.responseTokens() / options.tokenBudget());
    }

    private static String detail(Regeneration state) {
        return String.format(Locale.ROOT, "%d of %d prompts, %d response tokens, %.0f tokens/s%s", state.prompts(), state.totalPrompts(),
            state.responseTokens(), state.tokensPerSecond(), state.tooLong() > 0 ? ", " + state.tooLong() + " prompts too long" : "");
    }
}
