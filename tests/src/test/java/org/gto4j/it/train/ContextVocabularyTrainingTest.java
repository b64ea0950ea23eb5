package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ContextVocabulary;
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
    private static final ContextVocabulary CONTEXT = new ContextVocabulary(0.25f, 1);

    private DraftModel narrow() {
        int half = tiny.target().info().vocabulary() / 2;
        return TinyModels.randomDraft(
                tiny.target(), IntStream.range(0, half).map(i -> 2 * i).toArray(), 1);
    }

    private TrainingResult train(DraftModel draft, String run, Optional<ContextVocabulary> context, int steps) {
        TrainingOptions.Builder options = TinyTraining.phaseOne(steps);
        context.ifPresent(options::contextVocabulary);
        return Trainer.run(tiny.target(), draft, tiny.corpus(), tiny.file(run), options.build(), step -> {});
    }

    /** Tokens that trees accept on the corpus, with a context vocabulary. */
    private int accepted(DraftModel draft) {
        draft.setContextVocabulary(new ContextVocabulary(0));
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
            train(without, "without", Optional.empty(), 40);
            train(with, "with", Optional.of(new ContextVocabulary(0)), 40);
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
            before.setContextVocabulary(CONTEXT);
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
                        draft == byOption ? options.contextVocabulary(CONTEXT).build() : options.build(),
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
            TrainingResult result = train(draft, "run", Optional.of(CONTEXT), 4);
            assertEquals(Optional.of(CONTEXT), draft.contextVocabulary());
            try (DraftModel kept = DraftModel.load(tiny.target(), result.draft())) {
                assertEquals(Optional.of(CONTEXT), kept.contextVocabulary());
                train(kept, "further", Optional.empty(), 4);
                assertEquals(Optional.of(CONTEXT), kept.contextVocabulary());
            }
        }
    }

    @Test
    void aRunGoesOnWithTheSameOneOnly() {
        try (DraftModel draft = narrow()) {
            train(draft, "run", Optional.of(CONTEXT), 4);
        }
        refuses(
                Optional.empty(),
                "options.contextVocabulary: expected {\"offset\":\"0.25\",\"bigramBonus\":\"1.0\"}, found \"none\"");
        refuses(
                Optional.of(new ContextVocabulary(0.5f, 1)),
                "options.contextVocabulary.offset: expected \"0.25\", found \"0.5\"");
        refuses(
                Optional.of(new ContextVocabulary(0.25f)),
                "options.contextVocabulary.bigramBonus: expected \"1.0\", found \"0.0\"");
    }

    private void refuses(Optional<ContextVocabulary> other, String message) {
        try (DraftModel draft = narrow()) {
            GtoException e = assertThrows(GtoException.class, () -> train(draft, "run", other, 4));
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
            assertTrue(e.getMessage().contains(message), e.getMessage());
        }
    }
}
