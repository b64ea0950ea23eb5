package org.gto4j.lab.cli;

import org.apache.commons.cli.Options;
import org.gto4j.train.RunOptions;

/** The options of how a training run is watched and kept. */
final class RunValues {
    static final double DEFAULT_VALIDATION = 0.02;
    private static final RunOptions DEFAULTS = RunOptions.none();

    private RunValues() {}

    static Options addTo(Options options) {
        return options.addOption(CommandOptions.value(
                        null,
                        "validation",
                        "SHARE",
                        "of the corpus's prompts, held back to validate on (default " + DEFAULT_VALIDATION
                                + "); 0 = none. Its time is no part of --minutes"))
                .addOption(CommandOptions.value(
                        null,
                        "validate-every",
                        "SHARE",
                        "of the budget between two validations (default " + DEFAULTS.every() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "validation-texts",
                        "N",
                        "held-back texts that are decoded by simulation each time (default " + DEFAULTS.texts() + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "patience",
                        "N",
                        "stop after N validations without a better tau; 0 = never (the default)"))
                .addOption(CommandOptions.value(
                        null, "checkpoints", "K", "last checkpoints kept (default " + DEFAULTS.checkpoints() + ")"));
    }

    static RunOptions of(Values values) {
        return RunOptions.builder()
                .validation(values.number("validation", DEFAULT_VALIDATION, 0))
                .every(values.number("validate-every", DEFAULTS.every(), 0))
                .simulation(values.integer("validation-texts", DEFAULTS.texts(), 1), new TreeSizes(values).tree())
                .patience(values.integer("patience", DEFAULTS.patience(), 0))
                .checkpoints(values.integer("checkpoints", DEFAULTS.checkpoints(), 1))
                .build();
    }
}
