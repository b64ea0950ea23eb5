package org.gto4j.lab.quickstart;

import java.util.List;
import java.util.Locale;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.data.Regeneration;
import org.gto4j.data.RegenerationListener;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.lab.terminal.Progress;

/** Lets the target answer all prompts that aren't held back, greedily, and keeps the features of what it writes. */
final class RegenerationStage implements Stage {
    /** A slow machine takes longer than planned rather than train on next to nothing. */
    private static final int LEAST_TOKENS = 500;

    @Override
    public Part part() {
        return Part.REGENERATION;
    }

    @Override
    public void run(RunContext context, double seconds) {
        RegenerationOptions.Builder options = RegenerationOptions.builder()
                .maxPromptTokens(context.promptTokens())
                .maxResponseTokens(context.responseTokens());
        List<Prompt> prompts = Questions.training();
        try (Corpus corpus = Corpus.open(context.corpus(), context.target());
                Progress progress = context.console().progress(part().title())) {
            RegenerationListener listener = state -> {
                context.console().checkStop();
                progress.update(Math.max(context.state().fraction(), state.fraction()), detail(state));
            };
            Regenerator.run(
                    context.target(),
                    prompts,
                    corpus,
                    options.deadline(context.state().deadline()).build(),
                    listener);
            if (corpus.responseTokens() < LEAST_TOKENS) {
                Regenerator.run(
                        context.target(),
                        prompts,
                        corpus,
                        options.deadline(null).tokenBudget(LEAST_TOKENS).build(),
                        listener);
            }
        }
    }

    private static String detail(Regeneration state) {
        return String.format(
                Locale.ROOT,
                "%d of %d prompts, %d tokens, %.0f tokens/s",
                state.prompts(),
                state.totalPrompts(),
                state.responseTokens(),
                state.tokensPerSecond());
    }
}
