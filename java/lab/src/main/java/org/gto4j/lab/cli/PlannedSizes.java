package org.gto4j.lab.cli;

import org.gto4j.model.TargetInfo;

/**
 * The sizes that are planned.
 *
 * @param rows tokens of a micro-batch
 * @param vocabulary of the draft
 * @param contextVocabulary whether it has a context vocabulary, too
 * @param passes TTT passes
 * @param tokens response tokens to train on
 * @param kept share of rows that stay after each pass
 */
record PlannedSizes(int rows, int vocabulary, boolean contextVocabulary, int passes, long tokens, double kept) {
    private static final long DEFAULT_TOKENS = 1_000_000;

    private static final Parameter<Long> TOKENS = Parameter.of(
                    ParameterGroup.TRAINING,
                    "tokens",
                    "N",
                    WholeNumbers.longAtLeast(1),
                    "response tokens to train on, all epochs together")
            .orElse(DEFAULT_TOKENS);
    private static final Parameter<Double> KEPT = Parameter.of(
                    ParameterGroup.TRAINING,
                    "kept",
                    "SHARE",
                    Numbers.share().withoutLow(),
                    "share of rows that stay after each pass: 'kept' in a run's metrics.jsonl; with --keep-top-k 10 "
                            + "about 0.65 (SmolLM2-135M), with 0 it is 1")
            .orElse(1.0);

    static final Parameters PARAMETERS = Parameters.of(
            TrainingParameters.ROWS,
            TrainingParameters.DRAFT_VOCABULARY,
            TrainingParameters.CONTEXT_VOCABULARY.offset(),
            TrainingParameters.PASSES,
            TOKENS,
            KEPT,
            LearningParameters.PRECISION);

    static PlannedSizes of(ParameterValues values, TargetInfo target) {
        return new PlannedSizes(
                values.get(TrainingParameters.ROWS),
                Math.min(target.vocabulary(), values.get(TrainingParameters.DRAFT_VOCABULARY)),
                values.has(TrainingParameters.CONTEXT_VOCABULARY.offset()),
                values.get(TrainingParameters.PASSES),
                values.get(TOKENS),
                values.get(KEPT));
    }
}
