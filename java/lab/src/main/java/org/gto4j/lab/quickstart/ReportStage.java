package org.gto4j.lab.quickstart;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.eval.EvalRow;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
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
        List<EvalRow> rows = Measurements.rows(context.measurements());
        MetricsLog phaseOne = MetricsLog.read(context.phaseOne().resolve("metrics.jsonl"));
        MetricsLog phaseTwo = MetricsLog.read(context.phaseTwo().resolve("metrics.jsonl"));
        HtmlReport report = new HtmlReport(
                "gto4j: a draft for " + context.target().path().getFileName(),
                "A draft net was trained on what the target itself writes (Phase I, EAGLE-3) and then for tree decoding (Phase II, Group Tree Optimization). "
                        + "Decoding with it is lossless: the target decides every token.");
        report.results(
                "Results",
                "Tau is the number of tokens gained per pass of the target, its own included, with a 95% bootstrap interval over prompts; "
                        + "speedup is over plain decoding in the same run. Trees have 60 nodes, depth 7, top-k 10; "
                        + "chains 7 tokens. The prompts were held back from training.",
                rows);
        report.curves("Phase I", phaseOne).curves("Phase II", phaseTwo);
        try (DraftModel draft = DraftModel.load(context.target(), context.gto())) {
            addTree(report, context, draft);
            addFacts(report, context, draft, phaseOne, phaseTwo);
        }
        AtomicFile.write(context.results(), EvalRow.toJson(rows));
        report.write(context.report());
    }

    private static void addTree(HtmlReport report, RunContext context, DraftModel draft) {
        List<Prompt> prompts = Questions.heldBack(context);
        Prompt prompt = prompts.stream()
                .filter(candidate -> candidate.category().equals(DRAWN_CATEGORY))
                .findFirst()
                .orElse(prompts.get(0));
        Optional<TreeSample> sample = TreeSample.take(
                context.target(),
                new Variant("gto", Mode.TREE, draft, DynamicTree.eagle2()),
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
                .fact("date", LocalDate.now().toString());
    }
}
