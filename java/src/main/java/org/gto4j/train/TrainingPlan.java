package org.gto4j.train;

import java.util.Locale;
import java.util.OptionalLong;

import org.gto4j.AdamW;
import org.gto4j.DraftTrainer;
import org.gto4j.Features;
import org.gto4j.GtoException;
import org.gto4j.TargetModel;
import org.gto4j.TrainingMemory;
import org.gto4j.io.AvailableMemory;

/**
 * What Phase I takes for micro-batches of a size, before it starts. Phase II takes the frozen reference draft, its trees and the target's keys and values
 * on top.
 *
 * @param tokens         of a micro-batch
 * @param passes         TTT passes
 * @param memory         of the draft and its trainer
 * @param featureBytes   a token's features, on disk and in memory
 * @param targetBytes    the target's weights
 */
public record TrainingPlan(int tokens, int passes, TrainingMemory memory, long featureBytes, long targetBytes) {
    private static final int MOST_TOKENS = 1 << 20;
    private static final double GIB = 1L << 30;

    /**
     * Plans.
     *
     * @param draftVocabulary tokens that the draft can propose, 1..the target's
     * @param tokens          of a micro-batch, at least 2
     * @param passes          TTT passes, 1..16
     */
    public static TrainingPlan of(TargetModel target, int draftVocabulary, AdamW optimizer, int tokens, int passes) {
        try (Features features = Features.create(target.defaultTaps().length, target.info().hidden(), true, Features.Type.F16)) {
            return new TrainingPlan(tokens, passes, DraftTrainer.plan(target, draftVocabulary, optimizer, tokens, passes), features.rowBytes(),
                target.info().bytes());
        }
    }

    /** Bytes that training takes beside the target's: the trainer's, and the features of a micro-batch. */
    public long bytes() {
        return memory.total() + tokens * featureBytes;
    }

    /** The most tokens of a micro-batch for which {@link #bytes} stays within {@code bytes}; 0 if there is no such micro-batch. */
    public static int mostTokens(TargetModel target, int draftVocabulary, AdamW optimizer, int passes, long bytes) {
        int fits = 1;
        int tooMany = MOST_TOKENS;
        while (tooMany - fits > 1) {
            int tokens = (fits + tooMany) / 2;
            if (of(target, draftVocabulary, optimizer, tokens, passes).bytes() <= bytes) {
                fits = tokens;
            } else {
                tooMany = tokens;
            }
        }
        return fits < 2 ? 0 : fits;
    }

    /** Fails with kind MEMORY if a run can't have the memory that it will take; the draft's weights are there already. */
    static void requireMemory(TargetModel target, int draftVocabulary, TrainingOptions options, int longest) {
        OptionalLong available = AvailableMemory.bytes();
        int tokens = Math.max(2, Math.max(longest, options.rows()));
        TrainingPlan plan = of(target, draftVocabulary, options.optimizer(), tokens, options.passes());
        long there = plan.memory().weights() + plan.memory().embedding();
        if (available.isEmpty() || plan.bytes() - there <= available.getAsLong()) {
            return;
        }
        int fits = mostTokens(target, draftVocabulary, options.optimizer(), options.passes(), available.getAsLong() + there);
        String size = longest > options.rows() ? "sequences of up to " + longest + " tokens" : "micro-batches of " + tokens + " tokens (rows)";
        throw new GtoException(GtoException.Kind.MEMORY, String.format(Locale.ROOT, "training on %s in %d passes with a draft vocabulary of %d takes %.2f GiB "
            + "of memory, of which %.2f GiB are available; %s", size, options.passes(), draftVocabulary, (plan.bytes() - there) / GIB,
            available.getAsLong() / GIB, fits == 0 ? "no micro-batch fits" : "at most " + fits + " tokens fit"));
    }
}
