package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.data.Corpus;
import org.gto4j.gto.GroupOptions;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.lab.gto.RewardFigures;
import org.gto4j.lab.gto.RewardMeasurement;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;

/** {@code gto4j rewards}. */
final class RewardsCommand implements Command {
    private static final Parameter<Path> DRAFT =
            CommonParameters.DRAFT.help("the draft in training").needed();
    private static final Parameter<Path> REFERENCE = Parameter.file(
                    ParameterGroup.MODEL, "reference", "GGUF", FileUse.GGUF_IN, "phase 2's frozen starting draft")
            .orElseSay("trees of the draft alone");
    private static final Parameter<Path> CORPUS = CommonParameters.CORPUS
            .help("a corpus that 'regenerate' made; a random sample of the target's own texts is taken")
            .needed();
    private static final Parameter<Integer> POSITIONS = Parameter.of(
                    ParameterGroup.MEASURING,
                    "positions",
                    "N",
                    WholeNumbers.atLeast(1),
                    "places of a text that each draft grows a tree at")
            .orElse(1000);
    private static final Parameter<Integer> NAIVE = Parameter.of(
                    ParameterGroup.MEASURING,
                    "naive",
                    "N",
                    WholeNumbers.atLeast(0),
                    "of these so many are scored tree by tree, too, and walked by the target's sampler; each costs as many "
                            + "passes as there are drafts")
            .orElse(100);
    private static final Parameter<Double> TEMPERATURE = Parameter.of(
                    ParameterGroup.GTO,
                    "temperature",
                    "T",
                    Numbers.above(0),
                    "of the target's probabilities and of the walks")
            .orElse((double) GroupOptions.builder().build().temperature());

    @Override
    public String name() {
        return "rewards";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.RESEARCH;
    }

    @Override
    public String summary() {
        return "how phase 2 scores draft trees";
    }

    @Override
    public String details() {
        return "Says how phase 2 scores draft trees: nodes evaluated of all, error of what is given up, time against a naive scorer, lengths "
                + "against real walks.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(
                        CommonParameters.MODEL, DRAFT, REFERENCE, CORPUS, POSITIONS, NAIVE, TreeSizes.TREE, TEMPERATURE)
                .and(RewardParameters.ALL)
                .and(CommonParameters.JSON)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d run2/draft.gguf --reference run1/draft.gguf --corpus corpus",
                "-m model.gguf -d draft.gguf --corpus corpus --reward exact --threshold 0.01 --naive 1000 --json rewards.json");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        GroupOptions groups = RewardParameters.of(values)
                .temperature(values.get(TEMPERATURE).floatValue())
                .build();
        int positions = values.get(POSITIONS);
        int naive = values.get(NAIVE);
        try (TargetFile open = TargetFile.open(values);
                Corpus corpus = Corpus.openReadOnly(values.get(CORPUS), open.target());
                DraftModel draft = DraftModel.load(open.target(), values.get(DRAFT));
                DraftModel reference =
                        values.has(REFERENCE) ? DraftModel.load(open.target(), values.get(REFERENCE)) : null;
                Progress progress = console.progress("rewards")) {
            RewardFigures figures =
                    RewardMeasurement.run(open.target(), draft, reference, corpus, groups, positions, naive, done -> {
                        console.checkStop();
                        progress.update(done, Math.round(done * positions) + " of " + positions + " positions");
                    });
            console.out().print(print(figures, groups));
            values.find(CommonParameters.JSON)
                    .ifPresent(file -> AtomicFile.write(
                            file,
                            figures.toJson()
                                            .put("tree", groups.tree().name())
                                            .put("threshold", groups.threshold())
                                            .toPrettyString()
                                    + "\n"));
        }
    }

    private static String print(RewardFigures figures, GroupOptions groups) {
        List<List<String>> lines = new ArrayList<>();
        line(
                lines,
                "trees",
                "%s at %d positions of %d texts, reward %s",
                groups.tree().name(),
                figures.positions(),
                figures.texts(),
                figures.reward().name().toLowerCase(Locale.ROOT));
        line(
                lines,
                "nodes a position",
                "%.1f naive, %.1f distinct, %.2f scored",
                figures.nodes(),
                figures.distinct(),
                figures.scored());
        line(
                lines,
                "error of rewards",
                "mean %.1e, largest %.1e, bound %.1e (threshold %.1e)",
                figures.meanError(),
                figures.largestError(),
                figures.bound(),
                groups.threshold());
        line(lines, "seconds a position", "%.4f", figures.seconds());
        if (figures.naivePositions() > 0) {
            line(
                    lines,
                    "tree by tree",
                    "%.4f s a position, %.1f times as long (%d positions)",
                    figures.naiveSeconds(),
                    figures.speedup(),
                    figures.naivePositions());
            line(
                    lines,
                    "accepted length",
                    "%.3f expected, %.3f in one walk a tree: %+.3f %s",
                    figures.expected(),
                    figures.accepted(),
                    figures.difference().value(),
                    figures.difference().cells("%+.3f").get(1));
        }
        if (figures.pairs() > 0) {
            line(
                    lines,
                    "draft and reference",
                    "%d pairs of trees differ in reward; in %.1f%% the higher one has the higher expected length, too",
                    figures.pairs(),
                    100 * figures.agreement());
        }
        if (Double.isFinite(figures.lengthGain().value())) {
            line(
                    lines,
                    "expected length",
                    "%+.4f %s over the reference",
                    figures.lengthGain().value(),
                    figures.lengthGain().cells("%+.4f").get(1));
        }
        return TextTable.print(lines, 2);
    }

    private static void line(List<List<String>> lines, String name, String format, Object... values) {
        lines.add(List.of(name, String.format(Locale.ROOT, format, values)));
    }
}
