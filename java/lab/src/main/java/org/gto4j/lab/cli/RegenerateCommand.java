package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.SourceText;
import org.gto4j.io.FolderLock;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;

/** {@code gto4j regenerate}. */
final class RegenerateCommand implements Command {
    private static final RegenerationOptions DEFAULTS =
            RegenerationOptions.builder().build();

    @Override
    public String name() {
        return "regenerate";
    }

    @Override
    public String summary() {
        return "lets the target answer prompts (or read texts) and keeps them with their features: what drafts are trained on";
    }

    @Override
    public Options options() {
        Options options = CommandOptions.computing()
                .addOption(CommandOptions.model())
                .addOption(CommandOptions.neededFile(
                        null,
                        "prompts",
                        "FILE",
                        FileUse.TEXTS_IN,
                        "prompts, conversations or texts: JSONL with \"prompt\", \"turns\", \"messages\", \"conversations\", \"text\" or "
                                + "\"input_ids\", or a .txt file"))
                .addOption(CommandOptions.neededFile(
                        null, "out", "DIR", FileUse.CORPUS_OUT, "folder of the corpus; one that is there is continued"))
                .addOption(CommandOptions.flag(
                        "keep-answers",
                        "keep the answers in the file as they are: the target only reads them (default: it answers the user's turns itself, "
                                + "as a draft must learn what its target writes)"))
                .addOption(CommandOptions.flag(
                        "no-features",
                        "keep no features.f16: the target computes features anew in each epoch of training"))
                .addOption(CommandOptions.value(
                        "n",
                        "max-tokens",
                        "N",
                        "a response is cut there (default " + DEFAULTS.maxResponseTokens() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "max-prompt",
                        "N",
                        "leave out prompts of more tokens (default " + DEFAULTS.maxPromptTokens()
                                + "); kept texts are cut at this and --max-tokens together"))
                .addOption(CommandOptions.value(null, "limit", "K", "answer the first K prompts only"))
                .addOption(CommandOptions.value(
                        null, "tokens", "N", "stop when the corpus holds that many response tokens"))
                .addOption(CommandOptions.value(
                        null, "slots", "N", "texts written at once (default " + DEFAULTS.slots() + ")"))
                .addOption(CommandOptions.value(null, "temp", "T", "temperature; 0, the default, is greedy"))
                .addOption(CommandOptions.value(
                        null, "seed", "S", "of the random streams at a temperature above 0 (default 0)"));
        return SourceValues.addTo(ReasoningValues.addTo(options));
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
    public void run(Values values, Console console) {
        RegenerationOptions options = options(values);
        boolean keep = values.has("keep-answers");
        FolderLock.requireFree(values.neededPath("out"));
        SourceValues source = new SourceValues(values, console);
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
            SourceValues source,
            List<SourceText> texts,
            TargetModel target,
            RegenerationOptions options,
            Values values,
            Console console) {
        try (Corpus corpus = corpus(target, values)) {
            source.requireSame(corpus, texts, options.promptBudget());
            new CorpusWriting(target, corpus, options, console).keep(texts);
        }
    }

    private static void answer(
            SourceValues source,
            List<Prompt> prompts,
            TargetModel target,
            RegenerationOptions options,
            Values values,
            Console console) {
        try (Corpus corpus = corpus(target, values)) {
            source.requireSame(corpus, prompts, options);
            new CorpusWriting(target, corpus, options, console).answer(prompts);
        }
    }

    private static Corpus corpus(TargetModel target, Values values) {
        Path folder = values.neededPath("out");
        return values.has("no-features")
                ? Corpus.open(folder, target, target.defaultTaps(), false)
                : Corpus.open(folder, target);
    }

    private static RegenerationOptions options(Values values) {
        SamplerOptions sampler = SamplerOptions.builder()
                .temperature((float) values.number("temp", 0, 0))
                .seed(values.seed(0))
                .build();
        return RegenerationOptions.builder()
                .maxResponseTokens(values.integer("max-tokens", DEFAULTS.maxResponseTokens(), 1))
                .maxPromptTokens(values.integer("max-prompt", DEFAULTS.maxPromptTokens(), 1))
                .promptBudget(values.integer("limit", 0, 1))
                .tokenBudget(values.integer("tokens", 0, 1))
                .reasoning(ReasoningValues.of(values))
                .slots(values.integer("slots", DEFAULTS.slots(), 1))
                .sampler(sampler)
                .build();
    }
}
