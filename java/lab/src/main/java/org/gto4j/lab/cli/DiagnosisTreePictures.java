package org.gto4j.lab.cli;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.gto4j.gto.RewardOptions;
import org.gto4j.gto.TreeScorer;
import org.gto4j.lab.diagnosis.CycleKind;
import org.gto4j.lab.diagnosis.DiagnosedText;
import org.gto4j.lab.diagnosis.PathCycle;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.report.TreeSample;
import org.gto4j.model.TargetModel;

/** Draws striking cycles of diagnosed texts, with the target's own probabilities beside the draft's. */
final class DiagnosisTreePictures {
    private DiagnosisTreePictures() {}

    /**
     * Adds to a report, for each kind of cycle, the tree that shows it best; a cycle that is the best of two kinds is
     * drawn once.
     */
    static void add(HtmlReport report, TargetModel target, String draft, List<DiagnosedText> texts) {
        Set<List<Object>> drawn = new HashSet<>();
        for (CycleKind kind : CycleKind.values()) {
            DiagnosedText.best(kind, texts).ifPresent(text -> {
                PathCycle cycle = Objects.requireNonNull(text.striking().get(kind));
                if (drawn.add(List.of(cycle.id(), cycle.root()))) {
                    report.tree(
                            kind.title() + " (" + draft + ", " + cycle.id() + ")",
                            prompt(target, text),
                            sample(target, text, cycle));
                }
            });
        }
    }

    private static String prompt(TargetModel target, DiagnosedText text) {
        return target.text(
                Arrays.copyOf(text.sequence().tokens(), text.sequence().promptLength()));
    }

    private static TreeSample sample(TargetModel target, DiagnosedText text, PathCycle cycle) {
        int[] tokens = text.sequence().tokens();
        try (TreeScorer scorer =
                TreeScorer.open(target, tokens.length, cycle.greedy().size(), RewardOptions.exact(1), false)) {
            float[] probabilities = scorer.score(tokens, new int[] {cycle.root() - 1}, List.of(cycle.withGreedyPath()))
                    .probabilities()[0];
            return TreeSample.of(target, tokens, text.sequence().promptLength(), cycle, probabilities);
        }
    }
}
