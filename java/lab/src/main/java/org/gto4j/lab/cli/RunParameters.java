package org.gto4j.lab.cli;

import org.gto4j.train.RunOptions;

/** The parameters of how a training run is watched and kept. */
final class RunParameters {
    private static final RunOptions DEFAULTS = RunOptions.none();
    private static final double DEFAULT_VALIDATION = 0.02;

    static final Parameter<Double> VALIDATION = Parameter.of(
                    ParameterGroup.VALIDATION,
                    "validation",
                    "SHARE",
                    Numbers.atLeast(0).upTo(RunOptions.MOST_VALIDATION),
                    "of the corpus's prompts, held back to validate on; 0 = none. Its time is no part of --minutes")
            .orElse(DEFAULT_VALIDATION);
    static final Parameter<Double> VALIDATE_EVERY = Parameter.of(
                    ParameterGroup.VALIDATION,
                    "validate-every",
                    "SHARE",
                    Numbers.share().withoutLow(),
                    "of the budget between two validations")
            .orElse(DEFAULTS.every());
    static final Parameter<Integer> VALIDATION_TEXTS = Parameter.of(
                    ParameterGroup.VALIDATION,
                    "validation-texts",
                    "N",
                    WholeNumbers.atLeast(1),
                    "held-back texts that are decoded by simulation each time")
            .orElse(DEFAULTS.texts());
    static final Parameter<Integer> PATIENCE = Parameter.of(
                    ParameterGroup.VALIDATION,
                    "patience",
                    "N",
                    WholeNumbers.atLeast(0),
                    "stop after N validations without a better tau; 0 = never")
            .orElse(DEFAULTS.patience());
    static final Parameter<Integer> CHECKPOINTS = Parameter.of(
                    ParameterGroup.VALIDATION, "checkpoints", "K", WholeNumbers.atLeast(1), "last checkpoints kept")
            .orElse(DEFAULTS.checkpoints());

    static final Parameters ALL = Parameters.of(VALIDATION, VALIDATE_EVERY, VALIDATION_TEXTS, PATIENCE, CHECKPOINTS);

    private RunParameters() {}

    /**
     * What was given of these parameters and of --tree.
     *
     * @param recorded the parameters of which the run records who set them, and which aren't the defaults
     * @param phase of training, which has defaults of its own
     */
    static RunOptions of(ParameterValues values, Parameters recorded, int phase) {
        return RunOptions.builder()
                .validation(values.get(VALIDATION))
                .every(values.get(VALIDATE_EVERY))
                .simulation(values.get(VALIDATION_TEXTS), values.get(TreeSizes.TREE))
                .patience(values.get(PATIENCE))
                .checkpoints(values.get(CHECKPOINTS))
                .setBy(values.setBy(recorded))
                .changed(values.changed(recorded, phase))
                .build();
    }
}
