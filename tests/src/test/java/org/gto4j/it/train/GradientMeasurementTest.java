package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.gto4j.data.CorpusSequence;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.gto.GradientFigures;
import org.gto4j.lab.gto.GradientMeasurement;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.TrainingBatch;
import org.gto4j.train.TrainingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cosines of pulls, computed once more one by one. */
class GradientMeasurementTest {
    private static final TrainingOptions OPTIONS = TinyTraining.phaseTwo().build();

    @TempDir
    Path folder;

    @Test
    void cosinesAreThoseOfTheGradientsOneByOne() {
        try (TinyTraining tiny = TinyTraining.in(folder);
                DraftModel draft = TinyModels.randomDraft(tiny.target(), 3);
                DraftModel reference = TinyModels.randomDraft(tiny.target(), 4)) {
            int texts = tiny.corpus().sequences().size();
            GradientFigures figures = GradientMeasurement.run(
                    tiny.target(), draft, reference, tiny.corpus(), OPTIONS, TinyTraining.groups(), texts, done -> {});
            assertEquals(texts, figures.token().texts());
            assertTrue(figures.policy().texts() > 4, figures.toString());

            double[] drift =
                    concatenated(draft.tensorNames(), name -> minus(draft.tensor(name), reference.tensor(name)));
            List<double[]> pulls = pulls(tiny, draft);
            assertEquals(
                    pulls.stream()
                            .mapToDouble(pull -> Math.sqrt(dot(pull, pull)))
                            .average()
                            .orElseThrow(),
                    figures.token().norm(),
                    1e-3);
            assertEquals(
                    pulls.stream()
                            .mapToDouble(pull -> cosine(pull, drift))
                            .average()
                            .orElseThrow(),
                    figures.token().alongDrift().value(),
                    1e-3);
            double pairs = 0;
            for (double[] one : pulls) {
                pairs += pulls.stream()
                        .filter(other -> other != one)
                        .mapToDouble(other -> cosine(one, other))
                        .sum();
            }
            assertEquals(pairs / (texts * (texts - 1)), figures.token().agreement(), 1e-3);
            assertTrue(
                    figures.policy().norm() > 0 && Math.abs(figures.together().value()) < 1, figures.toString());
        }
    }

    private static List<double[]> pulls(TinyTraining tiny, DraftModel draft) {
        List<double[]> pulls = new ArrayList<>();
        try (DraftTrainer trainer = DraftTrainer.open(tiny.target(), draft, OPTIONS.optimizer());
                Features features = tiny.corpus().newFeatures()) {
            for (CorpusSequence text : tiny.corpus().sequences()) {
                tiny.corpus().read(text, features);
                trainer.accumulate(TrainingBatch.builder()
                        .sequences(List.of(new TrainingBatch.Sequence(
                                features, text.tokens(), text.lossMask(), text.targetArgmax(), null)))
                        .passes(OPTIONS.passes())
                        .keepTopK(OPTIONS.keepTopK())
                        .build());
                pulls.add(concatenated(
                        draft.tensorNames(),
                        name -> minus(new float[trainer.gradient(name).length], trainer.gradient(name))));
                trainer.zero();
            }
        }
        return pulls;
    }

    private static double[] minus(float[] a, float[] b) {
        double[] difference = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = (double) a[i] - b[i];
        }
        return difference;
    }

    private static double[] concatenated(List<String> names, Function<String, double[]> tensors) {
        return names.stream().map(tensors).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double cosine(double[] a, double[] b) {
        return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    }

    @Test
    void aDraftThatHasNotMovedIsRefused() {
        try (TinyTraining tiny = TinyTraining.in(folder);
                DraftModel draft = TinyModels.randomDraft(tiny.target(), 3);
                DraftModel same = draft.copy()) {
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> GradientMeasurement.run(
                            tiny.target(), draft, same, tiny.corpus(), OPTIONS, TinyTraining.groups(), 4, done -> {}));
            assertTrue(e.getMessage().contains("the draft's own weights"), e.getMessage());
        }
    }
}
