package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gto4j.common.ConstantName;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.FolderLock;
import org.gto4j.io.Folders;
import org.gto4j.io.StaleFiles;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.experiment.Arm;
import org.gto4j.lab.experiment.ArmDecoding;
import org.gto4j.lab.experiment.ArmResult;
import org.gto4j.lab.experiment.Experiment;
import org.gto4j.lab.experiment.ExperimentReport;
import org.gto4j.lab.experiment.HeldBackTexts;
import org.gto4j.lab.experiment.MeasuredArms;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.ExperimentDisplay;
import org.gto4j.lab.terminal.InterruptedRunException;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.train.Budget;

/** {@code gto4j experiment}. */
final class ExperimentCommand implements Command {
    private static final StaleFiles LEFTOVERS = StaleFiles.of("results\\.json|report\\.html|decoded\\.jsonl");

    @Override
    public String name() {
        return "experiment";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.RESEARCH;
    }

    @Override
    public String summary() {
        return "trains drafts in several ways on equal budgets, compares them";
    }

    @Override
    public String details() {
        return "Trains drafts in several ways (arms) on equal budgets, one after the other, and compares them with one of them, the control, on the same "
                + "held-back texts. FILE is JSON with the fields model, corpus, out, control, one of minutes, cpu-minutes, steps "
                + "and epochs, and arms: objects with name, phase (0: from is measured as it is), maybe from, and options of "
                + "'train' by their names; what all arms share may stand in defaults. There may be held-back (other corpora to "
                + "measure on; else validation texts), texts, tree, chain, validation ..., and prompts, limit and max-tokens for "
                + "real decoding. Started again it goes on where it was.";
    }

    @Override
    public Parameters parameters() {
        return CommonParameters.CHATTING;
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument("FILE", FileUse.FILE_IN));
    }

    @Override
    public List<String> examples() {
        return List.of("ablation.json", "ablation.json --threads 1");
    }

    @Override
    public String exampleFile() {
        return """
                {"model": "model.gguf", "corpus": "corpus", "validation": 0.05,
                 "out": "ablation", "minutes": 10, "control": "plain",
                 "defaults": {"from": "draft.gguf", "lr": 1e-4},
                 "arms": [{"name": "plain", "phase": 1},
                          {"name": "gto", "phase": 2, "reward": "exact",
                           "group-size": 4}]}
                """;
    }

    @Override
    public void run(ParameterValues values, Console console) {
        Path file = values.pathArgument(0);
        ExperimentFile declared = ExperimentFile.read(file);
        Path results = declared.out().resolve("results.json");
        Folders.requireWritable(results, false);
        try (FolderLock lock = FolderLock.take(declared.out(), "an experiment", LEFTOVERS);
                TargetFile open = TargetFile.open(declared.model(), values);
                Corpus corpus = Corpus.openReadOnly(declared.corpus(), open.target())) {
            declared.arms().stream()
                    .map(Arm::from)
                    .filter(Objects::nonNull)
                    .distinct()
                    .forEach(from -> DraftModel.load(open.target(), from).close());
            if (declared.heldBack().isEmpty()) {
                List<CorpusSequence> left = CorpusSplit.of(
                                corpus.sequences(), declared.run().validation())
                        .heldBack();
                run(file, declared, corpus, List.of(texts(declared, corpus, left)), console, open.target());
            } else {
                runOnCorpora(file, declared, corpus, console, open.target());
            }
        }
    }

    private static void runOnCorpora(
            Path file, ExperimentFile declared, Corpus corpus, Console console, TargetModel target) {
        List<Corpus> opened = new ArrayList<>();
        try {
            List<HeldBackTexts> sets = new ArrayList<>();
            for (Path folder : declared.heldBack()) {
                Corpus heldBack = Corpus.openReadOnly(folder, target);
                opened.add(heldBack);
                sets.add(texts(declared, heldBack, heldBack.sequences()));
            }
            run(file, declared, corpus, sets, console, target);
        } finally {
            opened.forEach(Corpus::close);
        }
    }

    private static HeldBackTexts texts(ExperimentFile declared, Corpus corpus, List<CorpusSequence> sequences) {
        return new HeldBackTexts(
                corpus,
                TextSample.sample(corpus.folder(), sequences, declared.texts()),
                declared.tree(),
                declared.chain());
    }

    private static void run(
            Path file,
            ExperimentFile declared,
            Corpus corpus,
            List<HeldBackTexts> sets,
            Console console,
            TargetModel target) {
        List<ArmResult> arms =
                run(declared, new Experiment(target, corpus, declared.run(), sets, declared.out()), console);
        List<MeasuredArms> tables = MeasuredArms.onHeldBack(arms, sets, declared.control(), Bootstrap.standard());
        List<MeasuredArms> decoded = declared.prompts().isEmpty()
                ? List.of()
                : MeasuredArms.onPrompts(
                        decode(declared, target, arms, console), declared.control(), Bootstrap.standard());
        List<MeasuredArms> all =
                Stream.concat(tables.stream(), decoded.stream()).toList();
        all.forEach(table -> console.out().print(table.print()));
        AtomicFile.write(declared.out().resolve("results.json"), json(declared, tables, decoded));
        report(file, declared, target, sets, ExperimentReport.of("Experiment " + file.getFileName(), all, arms));
    }

    private static List<ArmResult> decode(
            ExperimentFile declared, TargetModel target, List<ArmResult> arms, Console console) {
        try (Progress progress = console.progress("decode")) {
            return ArmDecoding.run(
                    target,
                    arms,
                    declared.tree(),
                    declared.chain(),
                    declared.prompts(),
                    new EvalOptions(declared.maxTokens(), false, 0),
                    declared.out().resolve("decoded.jsonl"),
                    (done, all) -> {
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

    private static String json(ExperimentFile declared, List<MeasuredArms> tables, List<MeasuredArms> decoded) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("control", declared.control())
                .put("tree", declared.tree().name())
                .put("chain", declared.chain().name());
        ObjectNode setBy = json.putObject("set_by");
        ObjectNode fields = setBy.putObject("fields");
        declared.setBy().fields().forEach(fields::put);
        ObjectNode arms = setBy.putObject("arms");
        declared.setBy().arms().forEach((name, sources) -> {
            ObjectNode arm = arms.putObject(name);
            sources.forEach(arm::put);
        });
        ArrayNode heldBack = json.putArray("held_back");
        tables.forEach(table -> heldBack.add(table.toJson()));
        ArrayNode prompts = json.putArray("decoded");
        decoded.forEach(table -> prompts.add(table.toJson()));
        return json.toPrettyString() + "\n";
    }

    private static void report(
            Path file, ExperimentFile declared, TargetModel target, List<HeldBackTexts> sets, HtmlReport report) {
        report.fact("declared in", file.getFileName().toString())
                .fact("target", target.path().getFileName() + " (" + target.description() + ")")
                .fact("control", declared.control())
                .fact("budget of each arm", budget(declared))
                .fact(
                        "held-back texts",
                        sets.stream()
                                .map(set -> set.sequences().size() + " of " + set.name())
                                .collect(Collectors.joining(", ")))
                .fact(
                        "measured with",
                        declared.tree().name() + ", " + declared.chain().name())
                .write(declared.out().resolve("report.html"));
    }

    private static String budget(ExperimentFile declared) {
        Budget budget = declared.arms().get(0).options().budget();
        return budget.amount() + " " + ConstantName.spaced(budget.unit());
    }
}
