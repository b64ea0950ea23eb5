package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.gto4j.data.Corpus;
import org.gto4j.data.PromptFile;
import org.gto4j.data.RegenerationOptions;
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
    private static final Parameter<Path> PROMPTS =
            CommonParameters.PROMPTS.help("prompts that the target answers first, into OUT/corpus");
    private static final Parameter<Path> CORPUS = CommonParameters.CORPUS.help("or a corpus that 'regenerate' made");
    private static final Parameter<Integer> PHASE = Parameter.of(
                    ParameterGroup.TRAINING, "phase", "1|2", WholeNumbers.between(1, 2), "which training")
            .needed();
    private static final Parameter<Path> FROM = Parameter.file(
            ParameterGroup.MODEL, "from", "GGUF", FileUse.GGUF_IN, "the draft to start from; phase 2 must have one");
    private static final Parameter<Path> OUT = Parameter.file(
                    ParameterGroup.OUTPUT,
                    "out",
                    "DIR",
                    FileUse.RUN_OUT,
                    "folder of the run; one that was stopped goes on")
            .needed();

    @Override
    public String name() {
        return "train";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.TRAIN;
    }

    @Override
    public String summary() {
        return "trains a draft: phase 1 (EAGLE-3), then phase 2 (GTO)";
    }

    @Override
    public String details() {
        return "Trains a draft: in phase 1 on the target's texts (EAGLE-3), in phase 2 for tree decoding (Group Tree Optimization).";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, FROM, PROMPTS, CORPUS, OUT, TreeSizes.TREE, PHASE)
                .and(TrainingParameters.ALL)
                .and(RunParameters.ALL)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf --prompts questions.jsonl --phase 1 --out run1 --minutes 60",
                "-m model.gguf --corpus run1/corpus --phase 2 --from run1/draft.gguf --out run2 --epochs 1",
                "-m model.gguf --corpus corpus --phase 2 --from run1/draft.gguf --out run3 --steps 500 --reward exact --omega 0.3 --lr 1e-4",
                "-m model.gguf --corpus corpus --phase 2 --from run1/draft.gguf --out run4 --reward greedy --advantage sequence --refresh 200",
                "-m model.gguf --corpus corpus --phase 2 --from run1/draft.gguf --out run5 --objective tree-gradient --steps 500 --omega 1 --lr 1e-4");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        int phase = values.get(PHASE);
        if (values.has(PROMPTS) == values.has(CORPUS)) {
            throw new UsageException("give either --prompts or --corpus");
        }
        if (phase == 2 && !values.has(FROM)) {
            throw new UsageException("phase 2 needs --from, the draft that phase 1 made");
        }
        TrainingParameters settings = new TrainingParameters(values, phase);
        settings.check(!values.has(FROM));
        RunOptions run = RunParameters.of(values, recorded(phase), phase);
        Path out = values.get(OUT);
        FolderLock.requireFree(out);
        try (TargetFile open = TargetFile.open(values)) {
            if (!values.has(FROM) && settings.init() == DraftConfig.Init.TARGET) {
                console.say(StartLine.of(open.target()));
            } else {
                DraftModel.partsOf(open.target()); // fails before anything is answered
            }
            train(open.target(), out, phase, values, settings, run, console);
        }
    }

    /** What counts for a run of a phase. */
    private Parameters recorded(int phase) {
        return TrainingParameters.counting(parameters().without(CommonParameters.EVERYWHERE), phase);
    }

    private static void train(
            TargetModel target,
            Path out,
            int phase,
            ParameterValues values,
            TrainingParameters settings,
            RunOptions run,
            Console console) {
        try (Corpus corpus = corpus(target, values, out, run, console);
                DraftModel draft = values.has(FROM)
                        ? DraftModel.load(target, values.get(FROM))
                        : StartingDraft.open(
                                target, corpus, out, settings.vocabulary(), settings.init(), settings.seed())) {
            console.say(CoverageLine.of(corpus.sequences(), draft.vocabulary(), !values.has(FROM)));
            TrainingResult result = train(target, draft, corpus, out, phase, settings, !values.has(FROM), run, console);
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
            TrainingParameters settings,
            boolean fresh,
            RunOptions run,
            Console console) {
        TrainingDisplay display;
        TrainingResult result;
        try (Progress progress = console.progress("phase " + phase)) {
            display = new TrainingDisplay(console, progress);
            result = phase == 1
                    ? Trainer.run(target, draft, corpus, out, settings.options(fresh), run, display)
                    : settings.objective().train(target, draft, corpus, out, settings.options(fresh), run, display);
        }
        display.best().ifPresent(best -> console.say(out.resolve("best.gguf") + " is the draft of " + best));
        return result;
    }

    /** The texts to train on, with something to train; those of --prompts are written first. */
    private static Corpus corpus(
            TargetModel target, ParameterValues values, Path out, RunOptions run, Console console) {
        Path folder = values.find(CORPUS).orElse(out.resolve("corpus"));
        if (values.has(PROMPTS)) {
            try (Corpus corpus = Corpus.open(folder, target)) {
                new CorpusWriter(target, corpus, RegenerationOptions.builder().build(), console)
                        .answer(PromptFile.read(values.get(PROMPTS)));
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
