package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.SourceText;
import org.gto4j.io.FolderLock;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/** {@code gto4j regenerate}. */
final class RegenerateCommand implements Command {
    private static final RegenerationOptions DEFAULTS =
            RegenerationOptions.builder().build();

    private static final Parameter<Path> PROMPTS = Parameter.file(
                    ParameterGroup.TEXTS,
                    "prompts",
                    "FILE",
                    FileUse.TEXTS_IN,
                    "prompts, conversations or texts: JSONL with \"prompt\", \"turns\", \"messages\", \"conversations\", "
                            + "\"text\" or \"input_ids\", or a .txt file")
            .needed();
    private static final Parameter<Path> OUT = Parameter.file(
                    ParameterGroup.OUTPUT,
                    "out",
                    "DIR",
                    FileUse.CORPUS_OUT,
                    "folder of the corpus; one that is there is continued")
            .needed();
    private static final Parameter<Boolean> KEEP_ANSWERS = Parameter.flag(
            ParameterGroup.TEXTS,
            "keep-answers",
            "keep the answers in the file as they are: the target only reads them. Without it the target answers the user's "
                    + "turns itself, as a draft must learn what its target writes");
    private static final Parameter<Boolean> NO_FEATURES = Parameter.flag(
            ParameterGroup.OUTPUT,
            "no-features",
            "keep no features.f16: the target computes features anew in each epoch of training");
    private static final Parameter<Integer> MAX_TOKENS = Parameter.of(
                    ParameterGroup.DECODING,
                    "max-tokens",
                    "N",
                    WholeNumbers.between(1, RegenerationOptions.MOST_TOKENS),
                    "a response is cut there")
            .shortName("n")
            .orElse(DEFAULTS.maxResponseTokens());
    private static final Parameter<Integer> MAX_PROMPT = Parameter.of(
                    ParameterGroup.DECODING,
                    "max-prompt",
                    "N",
                    WholeNumbers.between(1, RegenerationOptions.MOST_TOKENS),
                    "leave out prompts of more tokens; kept texts are cut at this and --max-tokens together")
            .orElse(DEFAULTS.maxPromptTokens());
    private static final Parameter<Integer> LIMIT = Parameter.of(
                    ParameterGroup.TEXTS, "limit", "K", WholeNumbers.atLeast(1), "answer the first K prompts only")
            .orElseSay("all");
    private static final Parameter<Integer> TOKENS = Parameter.of(
                    ParameterGroup.DECODING,
                    "tokens",
                    "N",
                    WholeNumbers.atLeast(1),
                    "stop when the corpus holds that many response tokens")
            .orElseSay("no limit");
    private static final Parameter<Integer> SLOTS = Parameter.of(
                    ParameterGroup.DECODING,
                    "slots",
                    "N",
                    WholeNumbers.between(1, RegenerationOptions.MOST_SLOTS),
                    "texts written at once")
            .orElse(DEFAULTS.slots());

    @Override
    public String name() {
        return "regenerate";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.TRAIN;
    }

    @Override
    public String summary() {
        return "lets your model write the texts that drafts are trained on";
    }

    @Override
    public String details() {
        return "Lets the target answer prompts (or read texts) and keeps them with their features: what drafts are trained on.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, PROMPTS, KEEP_ANSWERS)
                .and(SourceFileReader.PARAMETERS)
                .and(ReasoningParameters.ALL)
                .and(MAX_TOKENS, MAX_PROMPT, LIMIT, TOKENS, SLOTS, CommonParameters.TEMPERATURE, CommonParameters.SEED)
                .and(OUT, NO_FEATURES)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf --prompts questions.jsonl --out corpus",
                "-m model.gguf --prompts questions.jsonl --out corpus -n 512 --tokens 200000 --slots 16 --temp 0.7 --seed 1",
                "-m model.gguf --prompts sharegpt.jsonl --out corpus --on-broken-line skip --dedup near",
                "-m model.gguf --prompts sharegpt.jsonl --out foreign --keep-answers --max-prompt 1024 -n 1024",
                "-m thinker.gguf --prompts questions.jsonl --out corpus -n 4096 --reasoning drop --no-features");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        RegenerationOptions options = options(values);
        boolean keep = values.get(KEEP_ANSWERS);
        FolderLock.requireFree(values.get(OUT));
        SourceFileReader source = new SourceFileReader(values, PROMPTS, console);
        // Before the model is loaded, so that a broken file is known at once; kept tokens are checked against the
        // model's.
        List<Prompt> prompts = keep ? List.of() : source.prompts();
        try (TargetFile open = TargetFile.open(values)) {
            DraftModel.partsOf(open.target()); // fails before anything is answered
            if (keep) {
                keep(source, source.kept(open.target()), open.target(), options, values, console);
            } else {
                source.requireWritten(open.target(), prompts);
                answer(source, prompts, open.target(), options, values, console);
            }
        }
    }

    private static void keep(
            SourceFileReader source,
            List<SourceText> texts,
            TargetModel target,
            RegenerationOptions options,
            ParameterValues values,
            Console console) {
        try (Corpus corpus = corpus(target, values)) {
            source.requireSame(corpus, texts, options.promptBudget());
            new CorpusWriter(target, corpus, options, console).keep(texts);
        }
    }

    private static void answer(
            SourceFileReader source,
            List<Prompt> prompts,
            TargetModel target,
            RegenerationOptions options,
            ParameterValues values,
            Console console) {
        try (Corpus corpus = corpus(target, values)) {
            source.requireSame(corpus, prompts, options);
            new CorpusWriter(target, corpus, options, console).answer(prompts);
        }
    }

    private static Corpus corpus(TargetModel target, ParameterValues values) {
        Path folder = values.get(OUT);
        return values.get(NO_FEATURES)
                ? Corpus.open(folder, target, target.defaultTaps(), false)
                : Corpus.open(folder, target);
    }

    private static RegenerationOptions options(ParameterValues values) {
        return RegenerationOptions.builder()
                .maxResponseTokens(values.get(MAX_TOKENS))
                .maxPromptTokens(values.get(MAX_PROMPT))
                .promptBudget(values.find(LIMIT).orElse(0))
                .tokenBudget(values.find(TOKENS).orElse(0))
                .reasoning(ReasoningParameters.of(values))
                .slots(values.get(SLOTS))
                .sampler(DecodingChoice.sampler(values))
                .build();
    }
}
