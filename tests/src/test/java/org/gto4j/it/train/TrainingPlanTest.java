package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;
import org.gto4j.train.Budget;
import org.gto4j.train.CostMeasurement;
import org.gto4j.train.TrainingCosts;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingPlan;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a plan says is what training takes. */
class TrainingPlanTest {
    private static final AdamW OPTIMIZER = AdamW.builder().build();

    private TargetModel target;
    private int vocabulary;

    @BeforeEach
    void open() {
        target = TinyModels.open("--type", "F32", "--vocab", "64");
        vocabulary = target.info().vocabulary();
    }

    @AfterEach
    void close() {
        target.close();
    }

    @Test
    void memoryIsWhatIsAllocated() {
        int tokens = 70;
        int passes = 5;
        try (DraftModel draft = TinyModels.randomDraft(target, 1);
                DraftTrainer trainer = DraftTrainer.open(target, draft, OPTIMIZER);
                Features features = Features.create(3, target.info().hidden(), true, Features.Type.F16)) {
            features.append(new float[tokens * 4 * target.info().hidden()]);
            boolean[] mask = new boolean[tokens];
            Arrays.fill(mask, true);
            trainer.accumulate(TrainingBatch.builder()
                    .passes(passes)
                    .sequences(
                            List.of(new TrainingBatch.Sequence(features, new int[tokens], mask, new int[tokens], null)))
                    .build());
            TrainingPlan plan = TrainingPlan.of(target, vocabulary, false, OPTIMIZER, tokens, passes);
            assertEquals(trainer.memory(), plan.memory());
            assertEquals(draft.info().parameters(), plan.memory().parameters());
            assertEquals(features.rowBytes(), plan.featureBytes());
        }
    }

    @Test
    void theLargestMicroBatchIsTheLastThatFits() {
        TrainingPlan plan = TrainingPlan.of(target, vocabulary, false, OPTIMIZER, 500, 7);
        assertEquals(500, TrainingPlan.mostTokens(target, vocabulary, false, OPTIMIZER, 7, plan.bytes()));
        assertEquals(499, TrainingPlan.mostTokens(target, vocabulary, false, OPTIMIZER, 7, plan.bytes() - 1));
        assertEquals(
                0,
                TrainingPlan.mostTokens(
                        target, vocabulary, false, OPTIMIZER, 7, plan.memory().fixed()));
    }

    private static AvailableMemory left(long bytes) {
        return new AvailableMemory(bytes, "a test's memory");
    }

    @Test
    void memoryThatCantSufficeIsOneClearErrorBeforeTheRun() {
        TrainingOptions options =
                TrainingOptions.phaseOne(Budget.steps(1)).rows(1000).build();
        int[] lengths = {600, 700, 800};
        TrainingPlan plan = TrainingPlan.of(target, vocabulary, false, options.optimizer(), 1000, 7);
        long needed = plan.bytes() - plan.memory().weights() - plan.memory().embedding();
        TrainingPlan.requireMemory(target, vocabulary, false, options, lengths, left(needed));
        GtoException e = assertThrows(
                GtoException.class,
                () -> TrainingPlan.requireMemory(target, vocabulary, false, options, lengths, left(needed - 1)));
        assertEquals(GtoException.Kind.MEMORY, e.kind());
        assertTrue(
                e.getMessage()
                                .startsWith(
                                        "training on micro-batches of up to 1000 tokens (rows) in 7 passes with a draft vocabulary of 64 takes ")
                        && e.getMessage().endsWith(" GiB are left of a test's memory; at most 999 tokens fit"),
                e.getMessage());
        // a sequence longer than rows counts, a corpus shorter than rows, too
        assertTrue(assertThrows(
                        GtoException.class,
                        () -> TrainingPlan.requireMemory(
                                target, vocabulary, false, options, new int[] {1001}, left(needed)))
                .getMessage()
                .contains("sequences of up to 1001 tokens"));
        TrainingPlan.requireMemory(
                target, vocabulary, false, options, new int[] {500, 300}, left(needed / 2 + needed / 3));
    }

    @Test
    void measuredCostsAreKeptAndPredict() {
        List<Double> progress = new ArrayList<>();
        TrainingCosts costs = CostMeasurement.run(target, OPTIMIZER, progress::add);
        assertEquals(1.0, progress.get(progress.size() - 1));
        assertEquals(costs, CostMeasurement.known(target, OPTIMIZER).orElseThrow());
        double one = costs.secondsPerToken(target.info(), vocabulary, 256, 1, 1);
        double seven = costs.secondsPerToken(target.info(), vocabulary, 256, 7, 1);
        assertTrue(one > 0 && seven >= one, one + ", " + seven);
        assertTrue(costs.secondsPerToken(target.info(), vocabulary, 256, 7, 0.65) <= seven);
        assertTrue(CostMeasurement.trial(target, OPTIMIZER, vocabulary, 64, 3).seconds() > 0);
    }
}
