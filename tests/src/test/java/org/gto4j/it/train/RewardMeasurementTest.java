package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.Reward;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.gto.RewardFigures;
import org.gto4j.lab.gto.RewardMeasurement;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lemma 1 of arXiv 2509.22134: a tree's expected accepted length is the mean length of walks that are drawn from the
 * target.
 */
class RewardMeasurementTest {
    private static final int POSITIONS = 600;

    @TempDir
    Path folder;

    @Test
    void expectedLengthsAreThoseOfWalks() {
        try (TargetModel target = TinyModels.open("--type", "F32", "--vocab", "24");
                Corpus corpus = TinyCorpus.sampled(folder, target, 40, 40, 1);
                DraftModel draft = TinyModels.randomDraft(target, 3);
                DraftModel reference = TinyModels.randomDraft(target, 4)) {
            GroupOptions options = GroupOptions.builder()
                    .tree(new DynamicTree(4, 6, 30))
                    .groups(4, 1)
                    .density(0.8)
                    .reward(Reward.EXACT, 1)
                    .build();
            RewardFigures figures =
                    RewardMeasurement.run(target, draft, reference, corpus, options, POSITIONS, POSITIONS, done -> {});
            assertEquals(POSITIONS, figures.positions());
            assertEquals(POSITIONS, figures.naivePositions());
            assertTrue(figures.expected() > 0.3, "expected " + figures.expected());
            // 95% of 1800 walks; their own spread decides, so a bias of a twentieth shows.
            double error = (figures.difference().interval().high()
                            - figures.difference().interval().low())
                    / 4;
            assertTrue(error < 0.05, "standard error " + error);
            assertTrue(
                    Math.abs(figures.difference().value()) < 3 * error,
                    figures.expected() + " expected, " + figures.accepted() + " accepted");
            assertTrue(
                    figures.largestError() <= figures.bound() + 1e-3,
                    figures.largestError() + " within " + figures.bound());
            assertTrue(figures.scored() <= figures.distinct() && figures.distinct() < figures.nodes());
            assertEquals(60, figures.nodes(), 12);
            assertTrue(figures.pairs() > POSITIONS / 2, "pairs " + figures.pairs());
            assertEquals(1, figures.agreement(), "the reward is the expected length itself");
            RewardFigures turned =
                    RewardMeasurement.run(target, reference, draft, corpus, options, POSITIONS, 0, done -> {});
            assertTrue(Math.abs(figures.lengthGain().value()) > 1e-2, "gain " + figures.lengthGain());
            assertEquals(-figures.lengthGain().value(), turned.lengthGain().value(), 1e-3);
        }
    }
}
