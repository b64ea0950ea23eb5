package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;
import org.gto4j.data.Corpus;
import org.gto4j.data.PromptFile;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.io.FolderLock;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.InterruptedRunException;
import org.gto4j.lab.terminal.LineProgress;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.lab.terminal.StartLine;
import org.gto4j.lab.terminal.TrainingDisplay;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.train.RunOptions;
import org.gto4j.train.StartingDraft;
import org.gto4j.train.TrainableTokens;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingResult;

/** {@code gto4j train}. */
final class TrainCommand implements Command {
    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "trains a draft: phase 1 on the target's texts (EAGLE-3), phase 2 for tree decoding (GTO)";
    }

    @Override
    public Options options() {
        return RunValues.addTo(TrainingValues.addTo(TreeSizes.addTreeTo(CommandOptions.computing()
                .addOption(CommandOptions.model())
                .addOption(CommandOptions.file(
                        null,
                        "prompts",
                        "JSONL",
                        FileUse.TEXTS_IN,
                        "prompts that the target answers first, into OUT/corpus"))
                .addOption(CommandOptions.file(
                        null, "corpus", "DIR", FileUse.CORPUS_IN, "or a corpus that 'regenerate' made"))
                .addOption(CommandOptions.needed(null, "phase", "1|2", "which training"))
                .addOption(CommandOptions.file(
                        null, "from", "GGUF", FileUse.GGUF_IN, "the draft to start from; needed for phase 2"))
                .addOption(CommandOptions.neededFile(
                        null, "out", "DIR", FileUse.RUN_OUT, "folder of the run; one that was stopped goes on")))));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf --prompts questions.jsonl --phase 1 --out run1 --minutes 60",
                "-m model.gguf --corpus run1/corpus --phase 2 --from run1/draft.gguf --out run2 --epochs 1",
                "-m model.gguf --corpus corpus --phase 2 --from run1/draft.gguf --out run3 --steps 500 --reward exact --omega 0.3 --lr 1e-4",
                "-m model.gguf --corpus corpus --phase 2 --from run1/draft.gguf --out run4 --reward greedy --advantage sequence --refresh 200");
    }

    @Override
    public void run(Values values, Console console) {
        int phase = values.integer("phase", 0, 1);
        if (phase > 2) {
            throw Values.wrong("phase", "1 or 2", Integer.toString(phase));
        }
        if (values.has("prompts") == values.has("corpus")) {
            throw new UsageException("give either --prompts or --corpus");
        }
        if (phase == 2 && !values.has("from")) {
            throw new UsageException("phase 2 needs --from, the draft that phase 1 made");
        }
        TrainingValues settings = new TrainingValues(values, phase);
        settings.check();
        RunOptions run = RunValues.of(values);
        Path out = values.neededPath("out");
        FolderLock.requireFree(out);
        try (TargetFile open = TargetFile.open(values)) {
            if (!values.has("from") && settings.init() == DraftConfig.Init.TARGET) {
                console.say(StartLine.of(open.target()));
            } else {
                DraftModel.partsOf(open.target()); // fails before anything is answered
            }
            train(open.target(), out, phase, values, settings, run, console);
        }
    }

    private static void train(
            TargetModel target,
            Path out,
            int phase,
            Values values,
            TrainingValues settings,
            RunOptions run,
            Console console) {
        try (Corpus corpus = corpus(target, values, out, run, console);
                DraftModel draft = values.has("from")
                        ? DraftModel.load(target, values.neededPath("from"))
                        : StartingDraft.open(
                                target, corpus, out, settings.vocabulary(), settings.init(), settings.seed())) {
            console.say(CoverageLine.of(corpus.sequences(), draft.vocabulary(), !values.has("from")));
            TrainingResult result = train(target, draft, corpus, out, phase, settings, run, console);
            if (!result.complete()) {
                throw new InterruptedRunException();
            }
            console.out()
                    .println(String.format(
                            Locale.ROOT,
                            "%s: %d steps, %d tokens, %s",
                            result.draft(),
                            result.steps(),
                            result.tokens(),
                            LineProgress.time(result.seconds())));
        }
    }

    private static TrainingResult train(
            TargetModel target,
            DraftModel draft,
            Corpus corpus,
            Path out,
            int phase,
            TrainingValues settings,
            RunOptions run,
            Console console) {
        try (Progress progress = console.progress("phase " + phase)) {
            TrainingDisplay display = new TrainingDisplay(console, progress);
            TrainingResult result = phase == 1
                    ? Trainer.run(target, draft, corpus, out, settings.options(), run, display)
                    : GroupTreeOptimization.run(
                            target, draft, corpus, out, settings.options(), settings.groups(), run, display);
            display.best().ifPresent(best -> console.say(out.resolve("best.gguf") + " is the draft of " + best));
            return result;
        }
    }

    /** The texts to train on, with something to train; those of --prompts are written first. */
    private static Corpus corpus(TargetModel target, Values values, Path out, RunOptions run, Console console) {
        Path folder = values.path("corpus").orElse(out.resolve("corpus"));
        if (values.has("prompts")) {
            try (Corpus corpus = Corpus.open(folder, target)) {
                new CorpusWriting(target, corpus, RegenerationOptions.builder().build(), console)
                        .answer(PromptFile.read(values.neededPath("prompts")));
            }
        }
        Corpus corpus = Corpus.openReadOnly(folder, target);
        try {
            TrainableTokens.require(corpus, run.validation());
            return corpus;
        } catch (RuntimeException | Error e) {
            corpus.close();
            throw e;
        }
    }
}
