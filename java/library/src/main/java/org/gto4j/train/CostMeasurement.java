package org.gto4j.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.io.ProcessMemory;
import org.gto4j.model.AdamW;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;

/**
 * Measures {@link TrainingCosts}: a few steps of different lengths, draft vocabularies and passes, with random
 * features.
 */
public final class CostMeasurement {
    private static final double GIB = 1 << 30;
    private static final int REPEATS = 2;
    private static final int TRIALS = 3;
    private static final int LARGEST_VOCABULARY = 8192;
    /**
     * Tokens, share of the vocabulary in quarters, passes. Few of them are large, so that a CPU is through in about
     * half a minute.
     */
    private static final int[][] STEPS = {
        {48, 1, 1}, {48, 4, 1}, {160, 1, 1}, {160, 4, 3}, {320, 1, 3}, {320, 4, 1}, {640, 1, 1}, {640, 1, 2}
    };

    private final TargetModel target;
    private final AdamW optimizer;
    private final TargetInfo info;
    private final SplittableRandom random = new SplittableRandom(1);
    private long resident;

    private CostMeasurement(TargetModel target, AdamW optimizer) {
        this.target = target;
        this.optimizer = optimizer;
        this.info = target.info();
    }

    /** What was measured before with a target, device, threads and precision of this kind. */
    public static Optional<TrainingCosts> known(TargetModel target, AdamW optimizer) {
        return TrainingCostFile.of(target, optimizer).read();
    }

    /**
     * Measures, and keeps the result in the cache folder for {@link #known}.
     *
     * @param progress gets the share done, 0..1; may throw to stop
     */
    public static TrainingCosts run(TargetModel target, AdamW optimizer, DoubleConsumer progress) {
        TrainingCosts costs = new CostMeasurement(target, optimizer).measure(progress);
        TrainingCostFile.of(target, optimizer).write(costs);
        return costs;
    }

    /**
     * Makes four steps of a size with a new random draft and takes the fastest but the first, so that a plan can be
     * checked.
     *
     * @param draftVocabulary tokens that the draft can propose, 1..the target's
     * @param tokens of the micro-batch, at least 3: one sequence, all of it response
     * @param passes TTT passes, 1..16
     * @throws GtoException ARGUMENT: out of range; MEMORY: more than there is
     */
    public static TrialStep trial(TargetModel target, AdamW optimizer, int draftVocabulary, int tokens, int passes) {
        if (tokens < 3) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "tokens of the micro-batch: expected at least 3, found " + tokens);
        }
        TrainingPlan plan =
                TrainingPlan.of(target, draftVocabulary, false, optimizer, tokens, passes); // checks the ranges
        AvailableMemory.on(target.device())
                .filter(there -> plan.bytes() > there.bytes())
                .ifPresent(there -> {
                    throw new GtoException(
                            GtoException.Kind.MEMORY,
                            String.format(
                                    Locale.ROOT,
                                    "a micro-batch of %d tokens in %d passes takes %.2f GiB of memory, "
                                            + "%.2f GiB are left of %s",
                                    tokens,
                                    passes,
                                    plan.bytes() / GIB,
                                    there.bytes() / GIB,
                                    there.limit()));
                });
        CostMeasurement measurement = new CostMeasurement(target, optimizer);
        long before = ProcessMemory.resident().orElse(0);
        double seconds = measurement.step(tokens, draftVocabulary, passes, TRIALS);
        return new TrialStep(seconds, measurement.resident - before);
    }

    private TrainingCosts measure(DoubleConsumer progress) {
        List<TrainingWork> work = new ArrayList<>();
        double[] seconds = new double[STEPS.length];
        int largest = Math.min(LARGEST_VOCABULARY, info.vocabulary());
        for (int i = 0; i < STEPS.length; i++) {
            int tokens = STEPS[i][0];
            int vocabulary = Math.max(1, largest * STEPS[i][1] / 4);
            int passes = STEPS[i][2];
            progress.accept((double) i / STEPS.length);
            work.add(TrainingWork.of(info, vocabulary, tokens, passes, 1));
            seconds[i] = step(tokens, vocabulary, passes, REPEATS);
        }
        progress.accept(1);
        return TrainingCosts.fit(work, seconds);
    }

    /** The fastest of some steps: what others do on the machine only ever adds. */
    private double step(int tokens, int vocabulary, int passes, int repeats) {
        DraftConfig config = DraftConfig.builder()
                .vocabulary(IntStream.range(0, vocabulary).toArray())
                .taps(target.defaultTaps())
                .init(DraftConfig.Init.RANDOM)
                .build();
        try (Features features = randomFeatures(tokens);
                DraftModel draft = DraftModel.create(target, config);
                DraftTrainer trainer = DraftTrainer.open(target, draft, optimizer)) {
            TrainingBatch batch = TrainingBatch.builder()
                    .sequences(List.of(sequence(features, tokens, vocabulary)))
                    .passes(passes)
                    .build();
            double fastest = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= repeats; i++) {
                long start = System.nanoTime();
                trainer.accumulate(batch);
                trainer.step(0, 0);
                // the first one allocates
                fastest = i == 0 ? fastest : Math.min(fastest, (System.nanoTime() - start) * 1e-9);
            }
            resident = ProcessMemory.resident().orElse(0);
            return fastest;
        }
    }

    private Features randomFeatures(int tokens) {
        int taps = target.defaultTaps().length;
        Features features = Features.create(taps, info.hidden(), true, Features.Type.F16);
        float[] row = new float[(taps + 1) * info.hidden()];
        for (int i = 0; i < tokens; i++) {
            for (int c = 0; c < row.length; c++) {
                row[c] = (float) random.nextDouble(-1, 1);
            }
            features.append(row);
        }
        return features;
    }

    /** All of it response, every argmax in the vocabulary. */
    private TrainingBatch.Sequence sequence(Features features, int tokens, int vocabulary) {
        boolean[] mask = new boolean[tokens];
        Arrays.fill(mask, true);
        return new TrainingBatch.Sequence(
                features,
                random.ints(tokens, 0, vocabulary).toArray(),
                mask,
                random.ints(tokens, 0, vocabulary).toArray(),
                null);
    }
}
