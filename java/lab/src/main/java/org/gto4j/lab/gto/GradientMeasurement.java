package org.gto4j.lab.gto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
import org.gto4j.gto.GroupMetrics;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.GroupRewards;
import org.gto4j.gto.GroupTerm;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.TargetModel;
import org.gto4j.train.LoadedSequence;
import org.gto4j.train.MicroBatch;
import org.gto4j.train.PolicyWeights;
import org.gto4j.train.SequenceLoader;
import org.gto4j.train.TrainingOptions;
import org.jspecify.annotations.Nullable;

/**
 * Measures where Phase II's two terms pull a draft: along the way that it has come from its reference or back, alike on
 * different texts or at random, and with or against each other. Groups take all positions of each text; nothing is
 * trained.
 */
public final class GradientMeasurement {
    private final DraftModel draft;
    private final DraftTrainer trainer;
    private final GroupTerm term;
    private final TrainingOptions training;
    private final GradientSums token;
    private final GradientSums policy;
    private final List<Double> together = new ArrayList<>();

    private GradientMeasurement(
            DraftModel draft, DraftTrainer trainer, GroupTerm term, TrainingOptions training, float[] drift) {
        this.draft = draft;
        this.trainer = trainer;
        this.term = term;
        this.training = training;
        this.token = new GradientSums(drift);
        this.policy = new GradientSums(drift);
    }

    /**
     * Measures.
     *
     * @param draft after some training
     * @param reference the draft that this training started from
     * @param corpus a random sample of the target's own texts in it is taken
     * @param training token loss, passes and rows that leave are those of training
     * @param groups of training; share, density and omega don't matter
     * @param texts most texts
     * @param progress gets the share done, 0..1; may throw to stop
     * @throws GtoException ARGUMENT: the drafts have other vocabularies or sizes, or the same weights; the policy term
     *     is 0 on all texts of the target's own, or on all but one
     */
    public static GradientFigures run(
            TargetModel target,
            DraftModel draft,
            DraftModel reference,
            Corpus corpus,
            TrainingOptions training,
            GroupOptions groups,
            int texts,
            DoubleConsumer progress) {
        requireAlike(draft, reference);
        float[] start = weights(reference);
        float[] drift = difference(weights(draft), start);
        double method = Math.sqrt(GradientSums.dot(drift, drift) / GradientSums.dot(start, start));
        if (method == 0) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "reference: expected the draft that training started from, found the draft's own weights");
        }
        List<CorpusSequence> sample = CorpusSplit.sample(
                corpus.sequences().stream().filter(CorpusSequence::own).toList(), Integer.MAX_VALUE);
        int longest = sample.stream().mapToInt(CorpusSequence::length).max().orElse(1);
        GroupOptions all = groups.wholeTexts();
        GroupMetrics metrics = new GroupMetrics();
        GroupRewards rewards = new GroupRewards(
                target, draft, reference, all, longest, training.optimizer().precision(), metrics);
        try (GroupTerm term = new GroupTerm(all, rewards, metrics, 1);
                DraftTrainer trainer = DraftTrainer.open(target, draft, training.optimizer());
                SequenceLoader loader = new SequenceLoader(target, corpus, sample)) {
            GradientMeasurement measurement = new GradientMeasurement(draft, trainer, term, training, drift);
            int count = Math.min(texts, sample.size());
            for (int i = 0; i < count; i++) {
                measurement.text(loader.load(new int[] {i}));
                progress.accept((i + 1.0) / count);
            }
            if (measurement.together.size() < 2) {
                throw new GtoException(
                        GtoException.Kind.ARGUMENT,
                        corpus.folder()
                                + ": expected at least 2 texts that the target wrote itself, where draft and reference get different rewards; found "
                                + measurement.together.size() + " of " + count);
            }
            return new GradientFigures(
                    method,
                    measurement.token.build(),
                    measurement.policy.build(),
                    GradientSums.mean(measurement.together));
        }
    }

    private static void requireAlike(DraftModel draft, DraftModel reference) {
        if (!draft.info().equals(reference.info())) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "reference: expected sizes of the draft, " + draft.info() + ", found " + reference.info());
        }
        if (!Arrays.equals(draft.vocabulary(), reference.vocabulary())) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "reference: expected the draft's vocabulary, found as many other tokens");
        }
    }

    private static float[] difference(float[] a, float[] b) {
        float[] difference = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            difference[i] = a[i] - b[i];
        }
        return difference;
    }

    private void text(List<LoadedSequence> text) {
        float[] ofToken = gradient(text.get(0), 1, null);
        float[] ofPolicy = gradient(
                text.get(0), 0, term.weights(text, 0, training.passes(), 1).get(0));
        double norms = token.add(ofToken) * policy.add(ofPolicy);
        if (norms > 0) {
            together.add(GradientSums.dot(ofPolicy, ofToken) / norms);
        }
    }

    private float[] gradient(LoadedSequence text, float tokenWeight, @Nullable PolicyWeights weights) {
        MicroBatch.accumulate(
                trainer,
                List.of(text),
                weights == null ? null : List.of(weights),
                training.passes(),
                training,
                tokenWeight);
        float[] gradient = concatenated(draft, trainer::gradient);
        trainer.zero();
        return gradient;
    }

    private static float[] weights(DraftModel draft) {
        return concatenated(draft, draft::tensor);
    }

    private static float[] concatenated(DraftModel draft, Function<String, float[]> tensors) {
        List<float[]> parts = draft.tensorNames().stream().map(tensors).toList();
        float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
