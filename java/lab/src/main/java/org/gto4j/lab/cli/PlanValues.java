package org.gto4j.lab.cli;

import org.apache.commons.cli.Options;
import org.gto4j.model.TargetInfo;
import org.gto4j.train.Budget;
import org.gto4j.train.TrainingOptions;

/**
 * The sizes that are planned.
 *
 * @param rows tokens of a micro-batch
 * @param vocabulary of the draft
 * @param passes TTT passes
 * @param tokens response tokens to train on
 * @param kept share of rows that stay after each pass
 */
record PlanValues(int rows, int vocabulary, int passes, long tokens, double kept) {
    private static final TrainingOptions DEFAULTS =
            TrainingOptions.phaseOne(Budget.epochs(1)).build();
    private static final long DEFAULT_TOKENS = 1_000_000;

    static Options addTo(Options options) {
        return options.addOption(TrainingValues.rows())
                .addOption(TrainingValues.draftVocabulary())
                .addOption(TrainingValues.passes())
                .addOption(LearningValues.precision())
                .addOption(CommandOptions.value(
                        null,
                        "tokens",
                        "N",
                        "response tokens to train on, all epochs together (default " + DEFAULT_TOKENS + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "kept",
                        "SHARE",
                        "share of rows that stay after each pass: 'kept' in a run's metrics.jsonl; with --keep-top-k 10 "
                                + "about 0.65 (SmolLM2-135M), with 0 it is 1 (default)"));
    }

    static PlanValues of(Values values, TargetInfo target) {
        double kept = values.number("kept", 1, 0);
        if (kept <= 0 || kept > 1) {
            throw Values.wrong("kept", "a number above 0 and at most 1", values.text("kept", ""));
        }
        return new PlanValues(
                values.integer("rows", DEFAULTS.rows(), 3),
                Math.min(target.vocabulary(), values.integer("draft-vocab", TrainingValues.DEFAULT_VOCABULARY, 1)),
                values.integer("steps-ttt", DEFAULTS.passes(), 1),
                (long) values.number("tokens", DEFAULT_TOKENS, 1),
                kept);
    }
}
