package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.train.TrainingStep;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;

/** Drafts with a small vocabulary that are trained to propose what stands in the text. */
class ContextVocabularyTrainingTest extends TinyTrainingCase {
    private DraftModel narrow() {
        int half = tiny.target().info().vocabulary() / 2;
        return TinyModels.randomDraft(
                tiny.target(), IntStream.range(0, half).map(i -> 2 * i).toArray(), 1);
    }

    private TrainingResult train(DraftModel draft, String run, OptionalDouble offset, int steps) {
        TrainingOptions options =
                TinyTraining.phaseOne(steps).contextVocabulary(offset).build();
        return Trainer.run(tiny.target(), draft, tiny.corpus(), tiny.file(run), options, step -> {});
    }

    /** Tokens that trees accept on the corpus, with a context vocabulary. */
    private int accepted(DraftModel draft) {
        draft.setContextVocabulary(OptionalDouble.of(0));
        try (SimulatedDecoding simulation =
                new SimulatedDecoding(draft, List.of(new DynamicTree(4, 4, 12)), 256, null)) {
            return simulation.run(tiny.corpus(), tiny.corpus().sequences(), done -> {}).get(0).stream()
                    .flatMapToInt(text -> Arrays.stream(text.accepted()))
                    .sum();
        }
    }

    @Test
    void aDraftThatWasTrainedWithItAcceptsMoreThanOneThatWasNot() {
        try (DraftModel without = narrow();
                DraftModel with = narrow()) {
            train(without, "without", OptionalDouble.empty(), 40);
            train(with, "with", OptionalDouble.of(0), 40);
            int expected = accepted(without);
            int found = accepted(with);
            assertTrue(found > expected + expected / 20, expected + " without, " + found + " with");
        }
    }

    /** Reference, trees and rewards of Phase II have it from the start. */
    @Test
    void phaseTwoSetsItBeforeAnythingIsDrafted() {
        try (DraftModel before = narrow();
                DraftModel byOption = narrow()) {
            before.setContextVocabulary(OptionalDouble.of(0.25));
            List<List<TrainingStep>> steps = new ArrayList<>();
            for (DraftModel draft : List.of(before, byOption)) {
                List<TrainingStep> run = new ArrayList<>();
                steps.add(run);
                TrainingOptions.Builder options = TinyTraining.phaseTwo();
                GroupTreeOptimization.run(
                        tiny.target(),
                        draft,
                        tiny.corpus(),
                        tiny.file("two-" + steps.size()),
                        draft == byOption
                                ? options.contextVocabulary(OptionalDouble.of(0.25))
                                        .build()
                                : options.build(),
                        TinyTraining.groups(),
                        run::add);
            }
            TinyTraining.assertSameWeights(before, byOption);
            for (int i = 0; i < steps.get(0).size(); i++) {
                assertEquals(
                        steps.get(0).get(i).policy().get("reward"),
                        steps.get(1).get(i).policy().get("reward"));
            }
        }
    }

    @Test
    void theDraftKeepsIt() {
        try (DraftModel draft = narrow()) {
            TrainingResult result = train(draft, "run", OptionalDouble.of(0.25), 4);
            assertEquals(OptionalDouble.of(0.25), draft.contextVocabulary());
            try (DraftModel kept = DraftModel.load(tiny.target(), result.draft())) {
                assertEquals(OptionalDouble.of(0.25), kept.contextVocabulary());
                train(kept, "further", OptionalDouble.empty(), 4);
                assertEquals(OptionalDouble.of(0.25), kept.contextVocabulary());
            }
        }
    }

    @Test
    void aRunGoesOnWithTheSameOneOnly() {
        try (DraftModel draft = narrow()) {
            train(draft, "run", OptionalDouble.of(0.25), 4);
        }
        for (OptionalDouble other : List.of(OptionalDouble.empty(), OptionalDouble.of(0.5))) {
            try (DraftModel draft = narrow()) {
                GtoException e = assertThrows(GtoException.class, () -> train(draft, "run", other, 4));
                assertEquals(GtoException.Kind.ARGUMENT, e.kind());
                assertTrue(e.getMessage().contains("options.contextVocabulary: expected \"0.25\""), e.getMessage());
            }
        }
    }

    @Test
    void anOffsetIsFinite() {
        GtoException e = assertThrows(GtoException.class, () -> TinyTraining.phaseOne(1)
                .contextVocabulary(OptionalDouble.of(Double.NaN))
                .build());
        assertEquals("training option contextVocabulary: expected a finite number, found NaN", e.getMessage());
    }
}
