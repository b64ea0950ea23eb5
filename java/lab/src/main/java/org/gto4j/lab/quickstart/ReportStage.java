package org.gto4j.lab.quickstart;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.report.ChangedOption;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.report.MetricsLog;
import org.gto4j.lab.report.TreeSample;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Gto4j;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;

/** Writes results.json and report.html. */
final class ReportStage implements Stage {
    private static final String DRAWN_CATEGORY = "code";
    private static final int DRAWN_TOKENS = 40;

    @Override
    public Part part() {
        return Part.REPORT;
    }

    @Override
    public void run(RunContext context, double seconds) {
        MetricsLog phaseOne = MetricsLog.read(context.phaseOne().resolve("metrics.jsonl"));
        MetricsLog phaseTwo = MetricsLog.read(context.phaseTwo().resolve("metrics.jsonl"));
        HtmlReport report = new HtmlReport(
                "gto4j: a draft for " + context.target().path().getFileName(),
                "The draft was trained on what the model itself writes (Phase I, EAGLE-3) and then for tree decoding (Phase II, Group Tree Optimization). "
                        + "Decoding with it is lossless: the model decides every token.");
        try (DraftModel draft = DraftModel.load(context.target(), context.gto());
                Measurements measurements = Measurements.open(context.measurements())) {
            ResultTables tables = ResultTables.of(measurements);
            Verdict verdict = new Verdict(
                    tables.byDefault(),
                    EvaluationStage.tokens(context),
                    measurements.firstTokenRight(EvaluationStage.DRAFT),
                    measurements.price().orElse(null));
            Results results = new Results(
                    verdict.sentences(), NextCommand.chat(context.target().path(), context.gto()));
            report.lead(results.summary()).command("Try it:", results.next());
            report.table(
                    "What you get",
                    "Speedup: over decoding without a draft, each question in both ways right after one another. Tokens a cycle: how many one pass of the model "
                            + "yields, its own included. Intervals are 95% bootstrap intervals over questions.",
                    ResultTables.header(),
                    ResultTables.cells(tables.byDefault()));
            report.curves("Phase I", phaseOne).curves("Phase II", phaseTwo);
            report.table(
                    ResultTables.FIXED_TITLE,
                    "The default decoder sizes each tree by what passes cost on this machine. These have one size: chains of 7 tokens, trees of 60 nodes, "
                            + "depth 7, 10 children a node (60/7/10). eagle3 is the draft after Phase I, gto after Phase II.",
                    ResultTables.header(),
                    ResultTables.cells(tables.fixed()));
            addTree(report, context, draft);
            addFacts(report, context, draft, phaseOne, phaseTwo);
            results.write(context.results(), tables);
        }
        report.write(context.report());
    }

    private static String options(List<ChangedOption> changed) {
        return changed.isEmpty()
                ? "all defaults"
                : changed.stream().map(ChangedOption::line).collect(Collectors.joining(", "));
    }

    private static void addTree(HtmlReport report, RunContext context, DraftModel draft) {
        List<Prompt> prompts = Questions.heldBack(context);
        Prompt prompt = prompts.stream()
                .filter(candidate -> candidate.category().equals(DRAWN_CATEGORY))
                .findFirst()
                .orElse(prompts.get(0));
        Optional<TreeSample> sample = TreeSample.take(
                context.target(),
                new Variant(EvaluationStage.DRAFT, Mode.TREE, draft, DynamicTree.eagle2()),
                prompt,
                Math.min(DRAWN_TOKENS, context.responseTokens()));
        sample.ifPresent(tree -> report.tree("A draft tree", prompt.turns().get(0), tree));
    }

    private static void addFacts(
            HtmlReport report, RunContext context, DraftModel draft, MetricsLog phaseOne, MetricsLog phaseTwo) {
        TargetModel target = context.target();
        report.fact("target", target.path().getFileName() + " (" + target.description() + ")")
                .fact("target parameters", Long.toString(target.info().parameters()))
                .fact("draft parameters", Long.toString(draft.info().parameters()))
                .fact(
                        "draft vocabulary",
                        draft.info().draftVocabulary() + " of " + draft.info().vocabulary() + " tokens");
        try (Corpus corpus = Corpus.openReadOnly(context.corpus(), target)) {
            report.fact(
                    "training data",
                    corpus.sequences().size() + " answers of the target (greedy), " + corpus.responseTokens()
                            + " response tokens");
        }
        report.fact("Phase I", phaseOne.size() + " steps")
                .fact("Phase II", phaseTwo.size() + " steps")
                .fact("options", options(context.state().changedOptions()))
                .fact("device", target.device().kind())
                .fact(
                        "time",
                        String.format(
                                Locale.ROOT,
                                "%.1f of %.1f minutes",
                                context.state().usedSeconds() / 60,
                                context.state().budgetSeconds() / 60))
                .fact(
                        "software",
                        "gto4j " + Gto4j.version() + ", llama.cpp " + Gto4j.llamaVersion() + ", Java "
                                + System.getProperty("java.version"))
                .fact("date", LocalDate.now(ZoneId.systemDefault()).toString());
    }
}
