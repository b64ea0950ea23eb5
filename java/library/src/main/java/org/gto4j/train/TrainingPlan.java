package org.gto4j.train;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntFunction;
import org.gto4j.error.GtoException;
import org.gto4j.model.AdamW;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.Device;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingMemory;

/**
 * What Phase I takes for micro-batches of a size, before it starts. Phase II takes the frozen reference draft, its
 * trees and the target's keys and values on top.
 *
 * @param tokens of a micro-batch
 * @param passes TTT passes
 * @param memory of the draft and its trainer
 * @param featureBytes a token's features, on disk and in memory
 * @param targetBytes the target's weights
 */
public record TrainingPlan(int tokens, int passes, TrainingMemory memory, long featureBytes, long targetBytes) {
    private static final int MOST_TOKENS = 1 << 20;
    private static final double GIB = 1L << 30;
    private static final int TAPS = 3;

    /**
     * Plans.
     *
     * @param draftVocabulary tokens that the draft can propose, 1..the target's
     * @param contextVocabulary whether it has a context vocabulary, too; then for a text of tokens that it otherwise
     *     lacks, no two of them the same
     * @param tokens of a micro-batch, at least 2
     * @param passes TTT passes, 1..16
     */
    public static TrainingPlan of(
            TargetModel target,
            int draftVocabulary,
            boolean contextVocabulary,
            AdamW optimizer,
            int tokens,
            int passes) {
        try (Features features =
                Features.create(target.defaultTaps().length, target.info().hidden(), true, Features.Type.F16)) {
            return new TrainingPlan(
                    tokens,
                    passes,
                    DraftTrainer.plan(target, draftVocabulary, contextVocabulary, optimizer, tokens, passes),
                    features.rowBytes(),
                    target.info().bytes());
        }
    }

    /**
     * Plans for a target that isn't there, e.g. a {@link org.gto4j.model.PublishedTarget}.
     *
     * @param device where the draft would compute
     * @param draftVocabulary tokens that the draft can propose, 1..the target's
     * @param contextVocabulary whether it has a context vocabulary, too; then for a text of tokens that it otherwise
     *     lacks, no two of them the same
     * @param tokens of a micro-batch, at least 2
     * @param passes TTT passes, 1..16
     */
    public static TrainingPlan of(
            Device device,
            TargetInfo target,
            int draftVocabulary,
            boolean contextVocabulary,
            AdamW optimizer,
            int tokens,
            int passes) {
        try (Features features = Features.create(TAPS, target.hidden(), true, Features.Type.F16)) {
            return new TrainingPlan(
                    tokens,
                    passes,
                    DraftTrainer.plan(device, target, draftVocabulary, contextVocabulary, optimizer, tokens, passes),
                    features.rowBytes(),
                    target.bytes());
        }
    }

    /** Bytes that training takes beside the target's: the trainer's, and the features of a micro-batch. */
    public long bytes() {
        return memory.total() + tokens * featureBytes;
    }

    /**
     * The most tokens of a micro-batch for which {@link #bytes} stays within {@code bytes}; 0 if there is no such
     * micro-batch.
     */
    public static int mostTokens(
            TargetModel target,
            int draftVocabulary,
            boolean contextVocabulary,
            AdamW optimizer,
            int passes,
            long bytes) {
        return mostTokens(tokens -> of(target, draftVocabulary, contextVocabulary, optimizer, tokens, passes), bytes);
    }

    /** The same of a target that isn't there. */
    public static int mostTokens(
            Device device,
            TargetInfo target,
            int draftVocabulary,
            boolean contextVocabulary,
            AdamW optimizer,
            int passes,
            long bytes) {
        return mostTokens(
                tokens -> of(device, target, draftVocabulary, contextVocabulary, optimizer, tokens, passes), bytes);
    }

    private static int mostTokens(IntFunction<TrainingPlan> plan, long bytes) {
        int fits = 1;
        int tooMany = MOST_TOKENS;
        while (tooMany - fits > 1) {
            int tokens = (fits + tooMany) / 2;
            if (plan.apply(tokens).bytes() <= bytes) {
                fits = tokens;
            } else {
                tooMany = tokens;
            }
        }
        return fits < 2 ? 0 : fits;
    }

    /**
     * Fails if a run can't have the memory that it will take; its draft's weights and embedding are there already.
     *
     * @param draftVocabulary tokens that the draft can propose
     * @param contextVocabulary whether it has a context vocabulary, too
     * @param lengths tokens of each sequence that the run will train on
     * @param available what the process may still take
     * @throws GtoException kind MEMORY: says what is needed, what is there, and how large a micro-batch would fit
     */
    public static void requireMemory(
            TargetModel target,
            int draftVocabulary,
            boolean contextVocabulary,
            TrainingOptions options,
            int[] lengths,
            AvailableMemory available) {
        int longest = Arrays.stream(lengths).max().orElse(0);
        long all = Arrays.stream(lengths).asLongStream().sum();
        int tokens = Math.max(2, Math.max(longest, (int) Math.min(options.rows(), all)));
        TrainingPlan plan =
                of(target, draftVocabulary, contextVocabulary, options.optimizer(), tokens, options.passes());
        long there = plan.memory().weights() + plan.memory().embedding();
        if (plan.bytes() - there <= available.bytes()) {
            return;
        }
        int fits = mostTokens(
                target,
                draftVocabulary,
                contextVocabulary,
                options.optimizer(),
                options.passes(),
                available.bytes() + there);
        String size = longest > options.rows()
                ? "sequences of up to " + longest + " tokens"
                : "micro-batches of up to " + tokens + " tokens (rows)";
        throw new GtoException(
                GtoException.Kind.MEMORY,
                String.format(
                        Locale.ROOT,
                        "training on %s in %d passes with a draft vocabulary of %d takes %.2f GiB "
                                + "of memory, %.2f GiB are left of %s; %s",
                        size,
                        options.passes(),
                        draftVocabulary,
                        (plan.bytes() - there) / GIB,
                        available.bytes() / GIB,
                        available.limit(),
                        fits == 0 ? "no micro-batch fits" : "at most " + fits + " tokens fit"));
    }
}
