package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TokenLoss;
import org.gto4j.train.RunOptions;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingStep;
import org.gto4j.train.Validation;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs with miss decay and hard labels. */
class TokenLossOptionsTrainingTest extends TinyTrainingCase {
    private static final RunOptions WATCHED = RunOptions.builder()
            .validation(0.2)
            .every(1)
            .simulation(2, new DynamicTree(4, 4, 12))
            .build();

    private static TrainingOptions.Builder options(float missDecay, float hardLabelShare) {
        return TinyTraining.phaseOne(TinyTraining.STEPS)
                .missDecay(missDecay)
                .loss(TokenLoss.crossEntropy().withHardLabels(hardLabelShare));
    }

    private DraftModel newDraft() {
        return TinyModels.randomDraft(tiny.target(), 1);
    }

    private void train(DraftModel draft, String run, TrainingOptions options, TrainingListener listener) {
        Trainer.run(tiny.target(), draft, tiny.corpus(), tiny.file(run), options, WATCHED, listener);
    }

    private static boolean sameWeights(DraftModel a, DraftModel b) {
        return a.tensorNames().stream().allMatch(name -> Arrays.equals(a.tensor(name), b.tensor(name)));
    }

    @Test
    void changeNoBitOfTheWeightsWhereTheyAreOff() {
        try (DraftModel plain = newDraft();
                DraftModel off = newDraft();
                DraftModel decayed = newDraft();
                DraftModel hard = newDraft()) {
            train(plain, "plain", TinyTraining.phaseOne(TinyTraining.STEPS).build(), step -> {});
            train(off, "off", options(1, 0).build(), step -> {});
            TinyTraining.assertSameWeights(plain, off);
            train(decayed, "decayed", options(0.9f, 0).build(), step -> {});
            assertFalse(sameWeights(plain, decayed), "a miss decay of 0.9 changes the weights");
            train(hard, "hard", options(1, 0.1f).build(), step -> {});
            assertFalse(sameWeights(plain, hard), "a tenth of hard labels changes the weights");
        }
    }

    /** With a single pass no row has an earlier one. */
    @Test
    void missDecayLeavesTheFirstPassAlone() {
        try (DraftModel plain = newDraft();
                DraftModel decayed = newDraft()) {
            train(plain, "plain", options(1, 0).curriculum(1, 1, 0).build(), step -> {});
            train(decayed, "decayed", options(0.1f, 0).curriculum(1, 1, 0).build(), step -> {});
            TinyTraining.assertSameWeights(plain, decayed);
        }
    }

    @Test
    void validationMeasuresTheLossWithoutThem() {
        List<List<Validation>> found = new ArrayList<>();
        for (TrainingOptions options : List.of(
                options(1, 0).build(),
                options(0.25f, 0.5f).build(),
                options(1, 0).loss(TokenLoss.of(TokenLoss.Kind.LK_LAMBDA)).build())) {
            List<Validation> validations = new ArrayList<>();
            found.add(validations);
            try (DraftModel draft = newDraft()) {
                train(draft, "run-" + found.size(), options, new TrainingListener() {
                    @Override
                    public void onStep(TrainingStep step) {}

                    @Override
                    public void onValidation(Validation validation) {
                        validations.add(validation);
                    }
                });
            }
        }
        double[] plain = found.get(0).get(0).loss();
        assertTrue(plain[0] > 0);
        for (List<Validation> other : found.subList(1, found.size())) {
            assertArrayEquals(plain, other.get(0).loss(), "before the first step all drafts are the same");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.5, 0, options.missDecay: expected \"0.5\"",
        "1, 0.3, options.loss.hardLabelShare: expected \"0.3\"",
    })
    void aKilledRunGoesOnWithTheSameOnesOnly(float missDecay, float hardLabelShare, String refused) {
        TrainingOptions options = options(missDecay, hardLabelShare).build();
        try (DraftModel unbroken = newDraft();
                DraftModel first = newDraft();
                DraftModel second = newDraft();
                DraftModel third = newDraft()) {
            train(unbroken, "unbroken", options, step -> {});
            assertThrows(
                    IllegalStateException.class,
                    () -> train(first, "broken", options, step -> {
                        if (step.step() == TinyTraining.KILLED_AFTER) {
                            throw new IllegalStateException("killed");
                        }
                    }));
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> train(third, "broken", options(1, 0).build(), step -> {}));
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
            assertTrue(e.getMessage().contains(refused), e.getMessage());
            train(second, "broken", options, step -> {});
            TinyTraining.assertSameWeights(unbroken, second);
        }
    }
}
