package org.gto4j.lab.cli;

import java.util.List;
import org.gto4j.model.AdamW;
import org.gto4j.model.Precision;
import org.gto4j.model.TokenLoss;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.TrainingOptions;

/** The parameters of loss, schedule and optimizer. */
final class LearningParameters {
    private static final TrainingOptions ONE =
            TrainingOptions.phaseOne(Budget.epochs(1)).build();
    private static final TrainingOptions TWO =
            TrainingOptions.phaseTwo(Budget.epochs(1)).build();

    static final Parameter<TokenLoss.Kind> LOSS = Parameter.of(
                    ParameterGroup.LEARNING, "loss", "KIND", ValueType.choice(TokenLoss.Kind.class), "the token loss")
            .byPhase(ONE.loss().kind(), TWO.loss().kind());
    static final Parameter<Double> LK_ETA = number(
                    "lk-eta", "X", Numbers.atLeast(0), "how soon lk-lambda turns from KL to total variation")
            .orElse((double) TokenLoss.DEFAULT_ETA);
    static final Parameter<Double> HARD_LABEL_SHARE = number(
                    "hard-label-share",
                    "X",
                    Numbers.share(),
                    "share of the token loss that is the cross-entropy against the text's own token")
            .byPhase((double) ONE.loss().hardLabelShare(), (double) TWO.loss().hardLabelShare());
    static final Parameter<Double> MISS_DECAY = number(
                    "miss-decay",
                    "X",
                    Numbers.share().withoutLow(),
                    "factor of a row's token loss for each earlier pass whose text token isn't the draft's likeliest; "
                            + "1 = off")
            .byPhase((double) ONE.missDecay(), (double) TWO.missDecay());
    static final Parameter<Mean> MEAN = Parameter.of(
                    ParameterGroup.LEARNING,
                    "mean",
                    "OVER",
                    ValueType.choice(Mean.class),
                    "rows that the token loss is averaged over")
            .byPhase(Mean.of(ONE), Mean.of(TWO));
    static final Parameter<Double> LR = number("lr", "RATE", Numbers.above(0), "peak learning rate")
            .byPhase((double) ONE.learningRate().peak(), (double)
                    TWO.learningRate().peak());
    static final Parameter<LearningRate.Decay> SCHEDULE = Parameter.of(
                    ParameterGroup.LEARNING,
                    "schedule",
                    "SHAPE",
                    ValueType.choice(LearningRate.Decay.class),
                    "of the learning rate after the warm-up")
            .byPhase(ONE.learningRate().decay(), TWO.learningRate().decay());
    static final Parameter<Double> WARMUP = number(
                    "warmup", "SHARE", Numbers.share().withoutHigh(), "share of the budget for the warm-up")
            .byPhase((double) ONE.learningRate().warmup(), (double)
                    TWO.learningRate().warmup());
    static final Parameter<Double> FLOOR = number(
                    "floor", "SHARE", Numbers.share(), "learning rate at the end as a share of the peak")
            .byPhase((double) ONE.learningRate().floor(), (double)
                    TWO.learningRate().floor());
    static final Parameter<List<Double>> BETAS = Parameter.of(
                    ParameterGroup.LEARNING, "betas", "B1,B2", new BetasType(), "AdamW's decays of the two moments")
            .orElse(List.of(
                    (double) ONE.optimizer().beta1(), (double) ONE.optimizer().beta2()));
    static final Parameter<Double> WEIGHT_DECAY = number(
                    "weight-decay", "X", Numbers.atLeast(0), "AdamW's decay of weights, norms excepted")
            .orElse((double) ONE.optimizer().weightDecay());
    static final Parameter<Precision> PRECISION = Parameter.of(
                    ParameterGroup.LEARNING,
                    "precision",
                    "TYPE",
                    ValueType.choice(Precision.class),
                    "of matrix products; auto: bf16 where the processor has matrix instructions for it")
            .orElse(ONE.optimizer().precision());
    static final Parameter<Double> CLIP = number(
                    "clip", "NORM", Numbers.atLeast(0), "largest norm of a step's gradient, 0 = off")
            .byPhase((double) ONE.clip(), (double) TWO.clip());

    static final Parameters ALL = Parameters.of(
            LOSS,
            LK_ETA,
            HARD_LABEL_SHARE,
            MISS_DECAY,
            MEAN,
            LR,
            SCHEDULE,
            WARMUP,
            FLOOR,
            BETAS,
            WEIGHT_DECAY,
            PRECISION,
            CLIP);

    private final ParameterValues values;
    private final int phase;

    LearningParameters(ParameterValues values, int phase) {
        this.values = values;
        this.phase = phase;
    }

    private static Parameter<Double> number(String name, String argument, Numbers numbers, String help) {
        return Parameter.of(ParameterGroup.LEARNING, name, argument, numbers, help);
    }

    LearningRate rate() {
        return new LearningRate(number(LR), number(WARMUP), values.get(SCHEDULE, phase), number(FLOOR));
    }

    AdamW optimizer() {
        AdamW defaults = ONE.optimizer();
        List<Double> betas = values.get(BETAS);
        return AdamW.builder()
                .betas(betas.get(0).floatValue(), betas.get(1).floatValue())
                .epsilon(defaults.epsilon())
                .chunkRows(defaults.chunkRows())
                .weightDecay(number(WEIGHT_DECAY))
                .precision(values.get(PRECISION))
                .build();
    }

    float clip() {
        return number(CLIP);
    }

    TokenLoss loss() {
        return new TokenLoss(values.get(LOSS, phase), number(LK_ETA), number(HARD_LABEL_SHARE));
    }

    float missDecay() {
        return number(MISS_DECAY);
    }

    boolean meanOverAll() {
        return values.get(MEAN, phase) == Mean.ALL;
    }

    private float number(Parameter<Double> parameter) {
        return values.get(parameter, phase).floatValue();
    }

    /** Rows that the token loss is averaged over. */
    enum Mean {
        UNMASKED,
        ALL;

        private static Mean of(TrainingOptions options) {
            return options.meanOverAll() ? ALL : UNMASKED;
        }
    }

    /** Two numbers. */
    private static final class BetasType implements ValueType<List<Double>> {
        private static final Numbers BETA = Numbers.share().withoutHigh();

        @Override
        public List<Double> read(String text, Place place) {
            String[] parts = text.split(",", -1);
            if (parts.length != 2) {
                throw place.wrong("two numbers, as in 0.9,0.95", text);
            }
            return List.of(BETA.read(parts[0].strip(), place), BETA.read(parts[1].strip(), place));
        }

        @Override
        public String range() {
            return "each " + BETA.range();
        }

        @Override
        public String print(List<Double> values) {
            return BETA.print(values.get(0)) + "," + BETA.print(values.get(1));
        }
    }
}
