package org.gto4j.lab.cli;

import org.apache.commons.cli.Option;
import org.apache.commons.cli.OptionGroup;
import org.apache.commons.cli.Options;
import org.gto4j.gto.GroupOptions;
import org.gto4j.model.DraftConfig;
import org.gto4j.train.Budget;
import org.gto4j.train.TrainingOptions;

/** The options of a training run. */
final class TrainingValues {
    static final int DEFAULT_VOCABULARY = 8192;
    private static final GroupOptions GROUPS = GroupOptions.builder().build();

    private final Values values;
    private final TrainingOptions.Builder builder;
    private final TrainingOptions defaults;

    TrainingValues(Values values, int phase) {
        this.values = values;
        Budget budget = budget(values);
        this.builder = phase == 1 ? TrainingOptions.phaseOne(budget) : TrainingOptions.phaseTwo(budget);
        this.defaults = builder.build();
    }

    static Options addTo(Options options) {
        OptionGroup budget = new OptionGroup()
                .addOption(
                        CommandOptions.value(null, "minutes", "N", "how long to train, all parts of the run together"))
                .addOption(CommandOptions.value(
                        null, "cpu-minutes", "N", "or minutes of processor time, all threads together"))
                .addOption(CommandOptions.value(null, "steps", "N", "or optimizer steps"))
                .addOption(CommandOptions.value(null, "epochs", "N", "or passes over the corpus (default 1)"));
        return PolicyValues.addTo(LearningValues.addTo(options.addOptionGroup(budget))
                .addOption(passes())
                .addOption(CommandOptions.value(
                        null,
                        "early-ttt",
                        "N",
                        "steps of the training-time test in the first part of the run (default 2, phase 2: 7)"))
                .addOption(CommandOptions.value(
                        null,
                        "early-share",
                        "X",
                        "share of the budget that is the first part (default 0.35, phase 2: 0)"))
                .addOption(
                        CommandOptions.value(
                                null,
                                "keep-top-k",
                                "K",
                                "rows leave once their token isn't among the draft's best K; 0 = never (default 10, phase 2: 12)"))
                .addOption(rows())
                .addOption(CommandOptions.value(null, "accumulation", "N", "micro-batches a step (default 1)"))
                .addOption(draftVocabulary())
                .addOption(CommandOptions.value(
                        null, "init", "FROM", "where a new draft's weights come from: target (default) or random"))
                .addOption(CommandOptions.value(
                        null, "seed", "S", "of random weights and of the order of texts (default 1)"))
                .addOption(CommandOptions.value(
                        null,
                        "omega",
                        "X",
                        "phase 2: weight of the policy term (default " + GROUPS.omega() + "); below 0 turns it round"))
                .addOption(CommandOptions.value(
                        null,
                        "group-share",
                        "X",
                        "phase 2: share of all responses' positions that groups take (default " + GROUPS.share()
                                + "; the paper: 0.0625)"))
                .addOption(CommandOptions.value(
                        null,
                        "refresh",
                        "N",
                        "phase 2: the draft becomes its own new reference after every N steps; 0 = never (default)")));
    }

    static Option rows() {
        return CommandOptions.value(null, "rows", "N", "most tokens of a micro-batch (default 1024)");
    }

    static Option draftVocabulary() {
        return CommandOptions.value(
                null, "draft-vocab", "N", "tokens that a new draft can propose (default " + DEFAULT_VOCABULARY + ")");
    }

    static Option passes() {
        return CommandOptions.value(null, "steps-ttt", "N", "steps of the training-time test (default 7)");
    }

    private static Budget budget(Values values) {
        if (values.has("minutes")) {
            return Budget.minutes(values.number("minutes", 0, 0));
        }
        if (values.has("cpu-minutes")) {
            return Budget.cpuMinutes(values.number("cpu-minutes", 0, 0));
        }
        return values.has("steps")
                ? Budget.steps(values.integer("steps", 0, 1))
                : Budget.epochs(values.integer("epochs", 1, 1));
    }

    /**
     * Reads all of them, so that a wrong one is told before anything begins, also where it isn't used: of groups in
     * phase 1, of a new draft where there is one.
     */
    void check() {
        options();
        groups();
        vocabulary();
        init();
        seed();
    }

    TrainingOptions options() {
        int passes = values.integer("steps-ttt", defaults.passes(), 1);
        int early = values.integer("early-ttt", Math.min(defaults.earlyPasses(), passes), 1);
        LearningValues learning = new LearningValues(values, defaults);
        return builder.learningRate(learning.rate())
                .optimizer(learning.optimizer())
                .loss(learning.loss())
                .clip(learning.clip())
                .meanOverAll(learning.meanOverAll())
                .curriculum(early, passes, values.number("early-share", defaults.earlyFraction(), 0))
                .keepTopK(values.integer("keep-top-k", defaults.keepTopK(), 0))
                .rows(values.integer("rows", defaults.rows(), 1))
                .accumulation(values.integer("accumulation", defaults.accumulation(), 1))
                .seed(seed())
                .fitScale(defaults.fitScale() && !values.has("from"))
                .build();
    }

    GroupOptions groups() {
        return PolicyValues.of(values)
                .share(values.number("group-share", GROUPS.share(), 0))
                .omega(values.number("omega", GROUPS.omega(), Double.NEGATIVE_INFINITY))
                .refresh(values.integer("refresh", GROUPS.refresh(), 0))
                .build();
    }

    int vocabulary() {
        return values.integer("draft-vocab", DEFAULT_VOCABULARY, 1);
    }

    DraftConfig.Init init() {
        return values.choice("init", DraftConfig.Init.TARGET);
    }

    long seed() {
        return Integer.toUnsignedLong(values.seed(1));
    }
}
