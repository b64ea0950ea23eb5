package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;
import org.junit.jupiter.api.Test;

/** What both phases learn and report. */
class TrainingTest extends TinyTrainingCase {
    @Test
    void lossFallsAndAccuracyRises() throws IOException {
        List<TrainingStep> steps = new ArrayList<>();
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1)) {
            TrainingResult result = Trainer.run(
                    tiny.target(),
                    draft,
                    tiny.corpus(),
                    tiny.file("run"),
                    TinyTraining.phaseOne(160).curriculum(4, 4, 0).keepTopK(0).build(),
                    steps::add);
            assertTrue(result.complete());
            assertEquals(160, result.steps());
            try (DraftModel saved = DraftModel.load(tiny.target(), result.draft())) {
                for (String name : draft.tensorNames()) {
                    // The file holds fc with the inputs' scale in it: taking it out again rounds once.
                    assertArrayEquals(draft.tensor(name), saved.tensor(name), name.startsWith("fc") ? 1e-6f : 0, name);
                }
            }
        }
        for (int pass = 0; pass < 4; pass++) {
            int j = pass;
            double before = steps.subList(0, 8).stream()
                    .mapToDouble(s -> s.loss()[j])
                    .average()
                    .orElseThrow();
            double after = steps.subList(152, 160).stream()
                    .mapToDouble(s -> s.loss()[j])
                    .average()
                    .orElseThrow();
            assertTrue(after < 0.9 * before, "pass " + j + ": loss " + before + " -> " + after);
        }
        double before = steps.subList(0, 8).stream()
                .mapToDouble(s -> s.accuracy()[0])
                .average()
                .orElseThrow();
        double after = steps.subList(152, 160).stream()
                .mapToDouble(s -> s.accuracy()[0])
                .average()
                .orElseThrow();
        assertTrue(after > before + 0.1, "accuracy " + before + " -> " + after);
        assertEquals(160, Files.readAllLines(tiny.file("run/metrics.jsonl")).size());
    }

    @Test
    void phaseTwoReportsWhatItDid() {
        List<TrainingStep> steps = new ArrayList<>();
        try (DraftModel draft = TinyModels.randomDraft(tiny.target(), 1)) {
            Trainer.run(
                    tiny.target(),
                    draft,
                    tiny.corpus(),
                    tiny.file("one"),
                    TinyTraining.phaseOne(80).build(),
                    step -> {});
            tiny.run(2, tiny.file("two"), draft, steps::add);
        }
        assertEquals(
                0,
                steps.get(0).policy().get("abs_reward_difference"),
                1e-6,
                "before the first update the draft is its own reference");
        TrainingStep last = steps.get(TinyTraining.STEPS - 1);
        assertTrue(last.policy().get("abs_reward_difference") > 0);
        assertTrue(last.policy().get("reward") > 0);
        assertTrue(last.policy().get("accepted_length") > 0, "a trained draft's trees hold the text: " + last.policy());
        assertTrue(last.policy().get("nodes_scored") <= last.policy().get("nodes_distinct"));
        assertTrue(last.policy().get("nodes_distinct") < last.policy().get("nodes_naive"));
    }
}
