package org.gto4j.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.commons.cli.Options;
import org.gto4j.DraftModel;
import org.gto4j.TargetModel;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.eval.Bootstrap;
import org.gto4j.eval.EvalOptions;
import org.gto4j.eval.HtmlReport;
import org.gto4j.experiment.Arm;
import org.gto4j.experiment.ArmDecoding;
import org.gto4j.experiment.ArmResult;
import org.gto4j.experiment.ArmRow;
import org.gto4j.experiment.Experiment;
import org.gto4j.experiment.ExperimentReport;
import org.gto4j.experiment.ExperimentTable;
import org.gto4j.experiment.HeldBackTexts;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.Folders;

/** {@code gto4j experiment}. */
final class ExperimentCommand implements Command {
    @Override
    public String name() {
        return "experiment";
    }

    @Override
    public String summary() {
        return "trains declared arms under equal budgets, one after the other, and compares their drafts with a control on the same held-back texts. FILE "
            + "is JSON with the fields model, corpus, out, control, one of minutes, steps and epochs, and arms: objects with name, phase, maybe from, and "
            + "options of "
            + "'train' by their names; what all arms share may stand in defaults. There may be held-back (another corpus to measure on; else validation "
            + "texts), texts, "
            + "tree, chain, validation ..., and prompts, limit and max-tokens for real decoding. Started again it goes on where it was";
    }

    @Override
    public Options options() {
        return Opt.computing();
    }

    @Override
    public List<String> arguments() {
        return List.of("FILE");
    }

    @Override
    public List<String> examples() {
        return List.of("ablation.json",
            "ablation.json --threads 1   # with {\"model\": \"model.gguf\", \"corpus\": \"corpus\", \"validation\": 0.05, \"out\": \"ablation\", "
                + "\"minutes\": 10,",
            "                            #  \"control\": \"plain\", \"defaults\": {\"from\": \"draft.gguf\", \"lr\": 1e-4},",
            "                            #  \"arms\": [{\"name\": \"plain\", \"phase\": 1}, {\"name\": \"gto\", \"phase\": 2, \"reward\": \"exact\", "
                + "\"group-size\": 4}]}");
    }

    @Override
    public void run(Values values, Console console) {
        Path file = Path.of(values.argument(0));
        ExperimentFile declared = ExperimentFile.read(file);
        Path results = declared.out().resolve("results.json");
        Folders.requireWritable(results);
        try (TargetFile open = TargetFile.open(declared.model(), values); Corpus corpus = Corpus.open(declared.corpus(), open.target())) {
            declared.arms().stream().map(Arm::from).filter(Objects::nonNull).distinct().forEach(from -> DraftModel.load(open.target(), from).close());
            if (declared.heldBack() == null) {
                run(file, declared, corpus, texts(declared, corpus, CorpusSplit.of(corpus.sequences(), declared.run().validation()).heldBack()), console,
                    open.target());
            } else {
                try (Corpus heldBack = Corpus.open(declared.heldBack(), open.target())) {
                    run(file, declared, corpus, texts(declared, heldBack, heldBack.sequences()), console, open.target());
                }
            }
        }
    }

    private static HeldBackTexts texts(ExperimentFile declared, Corpus corpus, List<CorpusSequence> sequences) {
        return new HeldBackTexts(corpus, MeasuredTexts.sample(corpus.folder(), sequences, declared.texts()), declared.tree(), declared.chain());
    }

    private static void run(Path file, ExperimentFile declared, Corpus corpus, HeldBackTexts texts, Console console, TargetModel target) {
        List<ArmResult> arms = run(declared, new Experiment(target, corpus, declared.run(), texts, declared.out()), console);
        List<ArmRow> rows = ArmRow.of(arms, declared.control(), Bootstrap.standard());
        List<ArmRow> decoded = declared.prompts().isEmpty() ? List.of()
            : ArmRow.of(decode(declared, target, arms, console), declared.control(), Bootstrap.standard());
        console.out().print(ExperimentTable.print(rows));
        if (!decoded.isEmpty()) {
            console.out().print("prompts, decoded for real at temperature 0\n" + ExperimentTable.print(decoded));
        }
        AtomicFile.write(declared.out().resolve("results.json"), json(declared, texts, rows, decoded));
        report(file, declared, target, texts, ExperimentReport.of("Experiment " + file.getFileName(), rows, decoded, arms));
    }

    private static List<ArmResult> decode(ExperimentFile declared, TargetModel target, List<ArmResult> arms, Console console) {
        try (Progress progress = console.progress("decode")) {
            return ArmDecoding.run(target, arms, declared.tree(), declared.chain(), declared.prompts(), new EvalOptions(declared.maxTokens(), false, 0),
                declared.out().resolve("decoded.jsonl"), (done, all) -> {
                    console.checkStop();
                    progress.update((double) done / all, done + " of " + all + " generations");
                    return true;
                });
        }
    }

    private static List<ArmResult> run(ExperimentFile declared, Experiment experiment, Console console) {
        try (ExperimentDisplay display = new ExperimentDisplay(console)) {
            return experiment.run(declared.arms(), display).orElseThrow(InterruptedRunException::new);
        }
    }

    private static String json(ExperimentFile declared, HeldBackTexts texts, List<ArmRow> rows, List<ArmRow> decoded) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("control", declared.control()).put("texts", texts.sequences().size())
            .put("tree", declared.tree().name()).put("chain", declared.chain().name());
        ArrayNode arms = json.putArray("arms");
        rows.forEach(row -> arms.add(row.toJson()));
        ArrayNode prompts = json.putArray("decoded");
        decoded.forEach(row -> prompts.add(row.toJson()));
        return json.toPrettyString() + "\n";
    }

    private static void report(Path file, ExperimentFile declared, TargetModel target, HeldBackTexts texts, HtmlReport report) {
        report.fact("declared in", file.getFileName().toString()).fact("target", target.path().getFileName() + " (" + target.description() + ")")
            .fact("control", declared.control()).fact("budget of each arm", budget(declared))
            .fact("held-back texts", texts.sequences().size() + " of " + texts.corpus().folder().getFileName())
            .fact("measured with", declared.tree().name() + ", " + declared.chain().name()).write(declared.out().resolve("report.html"));
    }

    private static String budget(ExperimentFile declared) {
        return declared.arms().get(0).options().budget().amount() + " " + declared.arms().get(0).options().budget().unit().name().toLowerCase(Locale.ROOT);
    }
}
