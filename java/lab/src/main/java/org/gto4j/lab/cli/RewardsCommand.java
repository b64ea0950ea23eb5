package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.Options;
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
    private static final GroupOptions GROUPS = GroupOptions.builder().build();
    private static final int DEFAULT_POSITIONS = 1000;
    private static final int DEFAULT_NAIVE = 100;

    @Override
    public String name() {
        return "rewards";
    }

    @Override
    public String summary() {
        return "how phase 2 scores draft trees: nodes evaluated of all, error of what is given up, time against a naive scorer, lengths against real walks";
    }

    @Override
    public Options options() {
        return GroupValues.addTo(TreeSizes.addTreeTo(CommandOptions.computing()
                .addOption(CommandOptions.model())
                .addOption(CommandOptions.neededFile("d", "draft", "GGUF", FileUse.GGUF_IN, "the draft in training"))
                .addOption(CommandOptions.file(
                        null,
                        "reference",
                        "GGUF",
                        FileUse.GGUF_IN,
                        "phase 2's frozen starting draft (default: trees of the draft alone)"))
                .addOption(CommandOptions.neededFile(
                        null,
                        "corpus",
                        "DIR",
                        FileUse.CORPUS_IN,
                        "a corpus that 'regenerate' made; a random sample of the target's own texts is taken"))
                .addOption(CommandOptions.value(
                        null,
                        "positions",
                        "N",
                        "places of a text that each draft grows a tree at (default " + DEFAULT_POSITIONS + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "naive",
                        "N",
                        "of these so many are scored tree by tree, too, and walked by the target's sampler; each costs as many "
                                + "passes as there are drafts (default " + DEFAULT_NAIVE + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "temperature",
                        "T",
                        "of the target's probabilities and of the walks, above 0 (default " + GROUPS.temperature()
                                + ")"))
                .addOption(CommandOptions.json("write the figures there, too"))));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d run2/draft.gguf --reference run1/draft.gguf --corpus corpus",
                "-m model.gguf -d draft.gguf --corpus corpus --reward exact --threshold 0.01 --naive 1000 --json rewards.json");
    }

    @Override
    public void run(Values values, Console console) {
        GroupOptions groups = GroupValues.of(values)
                .temperature((float) values.number("temperature", GROUPS.temperature(), 0))
                .build();
        int positions = values.integer("positions", DEFAULT_POSITIONS, 1);
        int naive = values.integer("naive", DEFAULT_NAIVE, 0);
        try (TargetFile open = TargetFile.open(values);
                Corpus corpus = Corpus.openReadOnly(values.neededPath("corpus"), open.target());
                DraftModel draft = DraftModel.load(open.target(), values.neededPath("draft"));
                DraftModel reference = values.has("reference")
                        ? DraftModel.load(open.target(), values.neededPath("reference"))
                        : null;
                Progress progress = console.progress("rewards")) {
            RewardFigures figures =
                    RewardMeasurement.run(open.target(), draft, reference, corpus, groups, positions, naive, done -> {
                        console.checkStop();
                        progress.update(done, Math.round(done * positions) + " of " + positions + " positions");
                    });
            console.out().print(print(figures, groups));
            values.path("json")
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
        return TextTable.print(lines, 2);
    }

    private static void line(List<List<String>> lines, String name, String format, Object... values) {
        lines.add(List.of(name, String.format(Locale.ROOT, format, values)));
    }
}
