package org.gto4j.lab.cli;

import java.util.List;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.gto4j.model.AdamW;
import org.gto4j.model.TokenLoss;
import org.gto4j.train.LearningRate;
import org.gto4j.train.TrainingOptions;

/** The options of loss, schedule and optimizer. */
final class LearningValues {
    private final Values values;
    private final TrainingOptions defaults;

    LearningValues(Values values, TrainingOptions defaults) {
        this.values = values;
        this.defaults = defaults;
    }

    static Options addTo(Options options) {
        return options.addOption(CommandOptions.value(
                        null,
                        "loss",
                        "KIND",
                        "token loss: cross-entropy (default), forward-kl, total-variation, lk-alpha or lk-lambda"))
                .addOption(CommandOptions.value(
                        null,
                        "lk-eta",
                        "X",
                        "how soon lk-lambda turns from KL to total variation (default " + TokenLoss.DEFAULT_ETA + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "mean",
                        "OVER",
                        "average the token loss over unmasked rows (default: unmasked) or over all"))
                .addOption(CommandOptions.value(
                        null, "lr", "RATE", "peak learning rate (default 1e-3 in phase 1, 2e-4 in phase 2)"))
                .addOption(CommandOptions.value(
                        null, "schedule", "SHAPE", "after the warm-up: cosine (default), linear or constant"))
                .addOption(CommandOptions.value(
                        null,
                        "warmup",
                        "SHARE",
                        "share of the budget for the warm-up (default " + LearningRate.DEFAULT_WARMUP + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "floor",
                        "SHARE",
                        "learning rate at the end as a share of the peak (default " + LearningRate.DEFAULT_FLOOR + ")"))
                .addOption(CommandOptions.value(
                        null, "betas", "B1,B2", "AdamW's decays of the two moments (default 0.9,0.95)"))
                .addOption(CommandOptions.value(
                        null, "weight-decay", "X", "AdamW's decay of weights, norms excepted (default 0)"))
                .addOption(precision())
                .addOption(CommandOptions.value(
                        null, "clip", "NORM", "largest norm of a step's gradient, 0 = off (default 0.5)"));
    }

    static Option precision() {
        return CommandOptions.value(
                null,
                "precision",
                "TYPE",
                "of matrix products: auto (default: bf16 where the processor has matrix instructions for it), f32 or bf16");
    }

    LearningRate rate() {
        LearningRate rate = defaults.learningRate();
        return new LearningRate(
                (float) values.number("lr", rate.peak(), 0),
                (float) values.number("warmup", rate.warmup(), 0),
                values.choice("schedule", rate.decay()),
                (float) values.number("floor", rate.floor(), 0));
    }

    AdamW optimizer() {
        AdamW adamw = defaults.optimizer();
        List<Double> betas = values.numbers("betas", adamw.beta1() + "," + adamw.beta2(), 0);
        if (betas.size() != 2) {
            throw Values.wrong("betas", "two numbers, as in 0.9,0.95", values.text("betas", ""));
        }
        return AdamW.builder()
                .betas(betas.get(0).floatValue(), betas.get(1).floatValue())
                .epsilon(adamw.epsilon())
                .chunkRows(adamw.chunkRows())
                .weightDecay((float) values.number("weight-decay", adamw.weightDecay(), 0))
                .precision(values.choice("precision", adamw.precision()))
                .build();
    }

    float clip() {
        return (float) values.number("clip", defaults.clip(), 0);
    }

    TokenLoss loss() {
        return new TokenLoss(values.choice("loss", defaults.loss().kind()), (float)
                values.number("lk-eta", defaults.loss().eta(), 0));
    }

    boolean meanOverAll() {
        return values.choice("mean", defaults.meanOverAll() ? Mean.ALL : Mean.UNMASKED) == Mean.ALL;
    }

    /** Rows that the token loss is averaged over. */
    private enum Mean {
        UNMASKED,
        ALL
    }
}
