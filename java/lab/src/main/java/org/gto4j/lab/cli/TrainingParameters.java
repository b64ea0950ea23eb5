package org.gto4j.lab.cli;

import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.TreeObjective;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.TrainingBatch;
import org.gto4j.train.Budget;
import org.gto4j.train.TrainingOptions;

/** The parameters of a training run. */
final class TrainingParameters {
    private static final TrainingOptions ONE =
            TrainingOptions.phaseOne(Budget.epochs(1)).build();
    private static final TrainingOptions TWO =
            TrainingOptions.phaseTwo(Budget.epochs(1)).build();
    private static final GroupOptions GROUPS = GroupOptions.builder().build();
    private static final int DEFAULT_VOCABULARY = 8192;

    static final Parameter<Double> MINUTES = Parameter.of(
            ParameterGroup.TRAINING,
            "minutes",
            "N",
            Numbers.above(0),
            "how long to train, all parts of the run together");
    static final Parameter<Double> CPU_MINUTES = Parameter.of(
            ParameterGroup.TRAINING,
            "cpu-minutes",
            "N",
            Numbers.above(0),
            "or minutes of processor time, all threads together");
    static final Parameter<Integer> STEPS = whole("steps", "N", WholeNumbers.atLeast(1), "or optimizer steps");
    static final Parameter<Integer> EPOCHS = whole(
                    "epochs", "N", WholeNumbers.between(1, Budget.MOST_EPOCHS), "or passes over the corpus")
            .orElse(1);

    /** How long to train: one of them. */
    static final Parameters BUDGET = Parameters.oneOf(MINUTES, CPU_MINUTES, STEPS, EPOCHS);

    static final Parameter<Integer> PASSES = whole(
                    "steps-ttt",
                    "N",
                    WholeNumbers.between(1, TrainingBatch.MAX_PASSES),
                    "passes of the training-time test")
            .byPhase(ONE.passes(), TWO.passes());
    static final Parameter<Integer> EARLY_PASSES = whole(
                    "early-ttt",
                    "N",
                    WholeNumbers.between(1, TrainingBatch.MAX_PASSES),
                    "passes of the training-time test in the first part of the run, at most --steps-ttt")
            .byPhase(ONE.earlyPasses(), TWO.earlyPasses());
    static final Parameter<Double> EARLY_SHARE = Parameter.of(
                    ParameterGroup.TRAINING,
                    "early-share",
                    "X",
                    Numbers.share(),
                    "share of the budget that is the first part")
            .byPhase(ONE.earlyFraction(), TWO.earlyFraction());
    static final Parameter<Integer> KEEP_TOP_K = whole(
                    "keep-top-k",
                    "K",
                    WholeNumbers.atLeast(0),
                    "rows leave once their token isn't among the draft's best K; 0 = never")
            .byPhase(ONE.keepTopK(), TWO.keepTopK());
    static final Parameter<Integer> ROWS = whole(
                    "rows", "N", WholeNumbers.atLeast(TrainingOptions.LEAST_ROWS), "most tokens of a micro-batch")
            .byPhase(ONE.rows(), TWO.rows());
    static final Parameter<Integer> ACCUMULATION = whole(
                    "accumulation",
                    "N",
                    WholeNumbers.between(1, TrainingOptions.MOST_ACCUMULATION),
                    "micro-batches a step")
            .byPhase(ONE.accumulation(), TWO.accumulation());
    static final Parameter<Integer> DRAFT_VOCABULARY = whole(
                    "draft-vocab", "N", WholeNumbers.atLeast(1), "tokens that a new draft can propose")
            .orElse(DEFAULT_VOCABULARY);
    static final ContextVocabularyParameters CONTEXT_VOCABULARY = new ContextVocabularyParameters(
            ParameterGroup.TRAINING, ", e.g. 0", "as the draft has it; a new one may not");
    static final Parameter<DraftConfig.Init> INIT = Parameter.of(
                    ParameterGroup.TRAINING,
                    "init",
                    "FROM",
                    ValueType.choice(DraftConfig.Init.class),
                    "where a new draft's weights come from")
            .orElse(DraftConfig.Init.TARGET);
    static final Parameter<Integer> SEED = whole(
                    "seed", "S", WholeNumbers.seed(), "of random weights and of the order of texts")
            .orElse((int) ONE.seed());

    static final Parameter<Double> OMEGA = Parameter.of(
                    ParameterGroup.GTO,
                    "omega",
                    "X",
                    Numbers.any(),
                    "weight of what phase 2 adds to the token loss; below 0 turns it round")
            .orElse(GROUPS.omega());
    static final Parameter<Double> GROUP_SHARE = Parameter.of(
                    ParameterGroup.GTO,
                    "group-share",
                    "X",
                    Numbers.share().withoutLow(),
                    "share of all responses' positions that groups take (the paper: 0.0625)")
            .orElse(GROUPS.share());
    static final Parameter<Integer> REFRESH = Parameter.of(
                    ParameterGroup.GTO,
                    "refresh",
                    "N",
                    WholeNumbers.atLeast(0),
                    "the draft becomes its own new reference after every N steps; 0 = never")
            .orElse(GROUPS.refresh());

    /** All but the tree that is trained for. */
    static final Parameters ALL = BUDGET.and(
                    PASSES, EARLY_PASSES, EARLY_SHARE, KEEP_TOP_K, ROWS, ACCUMULATION, DRAFT_VOCABULARY)
            .and(CONTEXT_VOCABULARY.all())
            .and(INIT, SEED)
            .and(LearningParameters.ALL)
            .and(OMEGA, GROUP_SHARE, REFRESH)
            .and(PolicyParameters.ALL)
            .and(ObjectiveParameters.ALL);

    private static final Parameters PHASE_TWO_ONLY =
            PolicyParameters.ALL.and(ObjectiveParameters.ALL).and(OMEGA, GROUP_SHARE, REFRESH);

    private static final Parameters OF_GTO =
            PolicyParameters.ALL.without(RewardParameters.ALL).and(RewardParameters.ETA, REFRESH);

    private final ParameterValues values;
    private final int phase;

    /** Those of some parameters that count in a phase. */
    static Parameters counting(Parameters all, int phase) {
        return phase == 2 ? all : all.without(PHASE_TWO_ONLY);
    }

    /** @param phase 1 or 2 */
    TrainingParameters(ParameterValues values, int phase) {
        this.values = values;
        this.phase = phase;
    }

    private static <T> Parameter<T> whole(String name, String argument, ValueType<T> type, String help) {
        return Parameter.of(ParameterGroup.TRAINING, name, argument, type, help);
    }

    private Budget budget() {
        if (values.has(MINUTES)) {
            return Budget.minutes(values.get(MINUTES));
        }
        if (values.has(CPU_MINUTES)) {
            return Budget.cpuMinutes(values.get(CPU_MINUTES));
        }
        return values.has(STEPS) ? Budget.steps(values.get(STEPS)) : Budget.epochs(values.get(EPOCHS));
    }

    /**
     * Reads all of them, so that a wrong one is told before anything begins, also where it isn't used: of groups in
     * phase 1, of a new draft where there is one.
     *
     * @param newDraft whether a new draft is trained
     */
    void check(boolean newDraft) {
        options(newDraft);
        objective();
        vocabulary();
        init();
        seed();
    }

    /** @param newDraft whether a new draft is trained */
    TrainingOptions options(boolean newDraft) {
        Budget budget = budget();
        TrainingOptions.Builder builder =
                phase == 1 ? TrainingOptions.phaseOne(budget) : TrainingOptions.phaseTwo(budget);
        int passes = values.get(PASSES, phase);
        int early = values.find(EARLY_PASSES).orElseGet(() -> Math.min(values.get(EARLY_PASSES, phase), passes));
        LearningParameters learning = new LearningParameters(values, phase);
        CONTEXT_VOCABULARY.of(values).ifPresent(builder::contextVocabulary);
        return builder.learningRate(learning.rate())
                .optimizer(learning.optimizer())
                .loss(learning.loss())
                .missDecay(learning.missDecay())
                .clip(learning.clip())
                .meanOverAll(learning.meanOverAll())
                .curriculum(early, passes, values.get(EARLY_SHARE, phase))
                .keepTopK(values.get(KEEP_TOP_K, phase))
                .rows(values.get(ROWS, phase))
                .accumulation(values.get(ACCUMULATION, phase))
                .seed(seed())
                .fitScale(phase == 1 && newDraft)
                .build();
    }

    TreeObjective objective() {
        return switch (ObjectiveParameters.of(values, OF_GTO)) {
            case GTO -> groups();
            case TREE_GRADIENT ->
                ObjectiveParameters.gradient(values)
                        .share(values.get(GROUP_SHARE))
                        .omega(values.get(OMEGA))
                        .build();
        };
    }

    private GroupOptions groups() {
        return PolicyParameters.of(values)
                .share(values.get(GROUP_SHARE))
                .omega(values.get(OMEGA))
                .refresh(values.get(REFRESH))
                .build();
    }

    int vocabulary() {
        return values.get(DRAFT_VOCABULARY);
    }

    DraftConfig.Init init() {
        return values.get(INIT);
    }

    long seed() {
        return Integer.toUnsignedLong(values.get(SEED));
    }
}
