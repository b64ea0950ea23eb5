package org.gto4j.lab.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.gto4j.data.Corpus;
import org.gto4j.data.FeaturePlan;
import org.gto4j.data.Prefiller;
import org.gto4j.data.Prompt;
import org.gto4j.data.Regeneration;
import org.gto4j.data.RegenerationListener;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.data.SourceText;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.lab.terminal.Sizes;
import org.gto4j.model.TargetModel;

/** Fills a corpus: says beforehand how large it may become, shows how far it is, and tells what was done. */
final class CorpusWriter {
    private final TargetModel target;
    private final Corpus corpus;
    private final RegenerationOptions options;
    private final Console console;

    CorpusWriter(TargetModel target, Corpus corpus, RegenerationOptions options, Console console) {
        this.target = target;
        this.corpus = corpus;
        this.options = options;
        this.console = console;
    }

    /** Lets the target answer prompts. */
    void answer(List<Prompt> prompts) {
        announce(FeaturePlan.ofPrompts(target, prompts, corpus, options));
        run(listener -> Regenerator.run(target, prompts, corpus, options, listener));
    }

    /** Lets the target read texts that are kept as they are. */
    void keep(List<SourceText> texts) {
        announce(FeaturePlan.ofTexts(target, texts, corpus, options));
        run(listener -> Prefiller.run(target, texts, corpus, options, listener));
    }

    private void announce(FeaturePlan plan) {
        if (plan.rowBytes() == 0) {
            console.say("no features are kept: the target computes them anew while training");
            return;
        }
        console.say(String.format(
                Locale.ROOT,
                "%s: up to %s to come (%d bytes a token, %d tokens); %s free",
                plan.file(),
                Sizes.of(plan.bytes()),
                plan.rowBytes(),
                plan.tokens(),
                Sizes.of(plan.free())));
        plan.requireRoom();
    }

    private void run(Function<RegenerationListener, Regeneration> work) {
        try (Progress progress = console.progress("regenerate")) {
            Regeneration result = work.apply(state -> {
                console.checkStop();
                progress.update(fraction(state), detail(state));
            });
            progress.update(1, detail(result));
        }
    }

    private double fraction(Regeneration state) {
        return options.tokenBudget() == 0
                ? state.fraction()
                : Math.max(state.fraction(), (double) state.responseTokens() / options.tokenBudget());
    }

    private static String detail(Regeneration state) {
        String cut = state.cut() > 0 ? ", " + state.cut() + " of " + state.answers() + " cut" : "";
        String tooLong = state.tooLong() > 0 ? ", " + state.tooLong() + " prompts too long" : "";
        return String.format(
                Locale.ROOT,
                "%d of %d prompts, %d response tokens, %.0f tokens/s%s%s",
                state.prompts(),
                state.totalPrompts(),
                state.responseTokens(),
                state.tokensPerSecond(),
                cut,
                tooLong);
    }
}
