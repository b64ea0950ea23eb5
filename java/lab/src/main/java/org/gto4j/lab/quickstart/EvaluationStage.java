package org.gto4j.lab.quickstart;

import java.util.List;
import org.gto4j.DecodingCosts;
import org.gto4j.Generation;
import org.gto4j.data.Prompt;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Evaluator;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;
import org.gto4j.tree.Chain;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DynamicTree;
import org.jspecify.annotations.Nullable;

/**
 * Measures on held-back prompts, as many as fit into the time, first what users get (the default decoder beside plain
 * decoding), then chains and trees of fixed size with both drafts; each greedily, then at temperature 1.
 */
final class EvaluationStage implements Stage {
    /** The draft that users get, as results call it. */
    static final String DRAFT = "gto";

    private static final String EAGLE3 = "eagle3";
    private static final String DATASET = "held-back";
    private static final int TOKENS = 64;
    private static final int CHAIN = 7;
    /** Shares of the part's time that are left when each of its steps ends; the last one takes the rest. */
    private static final double AFTER_DEFAULT_GREEDY = 0.55;

    private static final double AFTER_DEFAULT_SAMPLED = 0.45;
    private static final double AFTER_FIXED_GREEDY = 0.1;
    /** Prompts that are measured greedily whatever the time. */
    private static final int LEAST_PROMPTS = 2;

    @Override
    public Part part() {
        return Part.EVALUATION;
    }

    @Override
    public void run(RunContext context, double seconds) {
        List<Prompt> prompts = Questions.heldBack(context);
        if (prompts.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.CONTEXT,
                    "no held-back prompt fits the " + context.target().info().trainedContext()
                            + " tokens of context of " + context.target().path());
        }
        try (DraftModel eagle3 = DraftModel.load(context.target(), context.eagle3());
                DraftModel gto = DraftModel.load(context.target(), context.gto());
                Measurements measurements = Measurements.open(context.measurements())) {
            CycleCosts costs = DecodingCosts.of(context.target(), gto, false);
            measurements.add(Price.of(costs));
            List<Variant> byDefault =
                    List.of(Variant.plain(), new Variant(DRAFT, Mode.COST_AWARE, gto, new CostAwareTree(costs)));
            try (Comparison users =
                    new Comparison(context, measurements, Measurements.Part.DEFAULT, byDefault, prompts)) {
                users.measure(0, AFTER_DEFAULT_GREEDY * seconds, LEAST_PROMPTS);
                users.measure(1, AFTER_DEFAULT_SAMPLED * seconds, 0);
            }
            List<Variant> fixed = List.of(
                    Variant.plain(),
                    new Variant(EAGLE3, Mode.CHAIN, eagle3, new Chain(CHAIN)),
                    new Variant(EAGLE3, Mode.TREE, eagle3, DynamicTree.eagle2()),
                    new Variant(DRAFT, Mode.CHAIN, gto, new Chain(CHAIN)),
                    new Variant(DRAFT, Mode.TREE, gto, DynamicTree.eagle2()));
            try (Comparison research = new Comparison(context, measurements, Measurements.Part.FIXED, fixed, prompts)) {
                research.measure(0, AFTER_FIXED_GREEDY * seconds, LEAST_PROMPTS);
                research.measure(1, 0, 0);
            }
        }
    }

    /** Most tokens of an answer. */
    static int tokens(RunContext context) {
        return Math.min(TOKENS, context.responseTokens());
    }

    /** Ways of decoding that take turns. */
    private static final class Comparison implements AutoCloseable {
        private final RunContext context;
        private final Measurements measurements;
        private final Measurements.Part part;
        private final Evaluator evaluator;
        private Generation.@Nullable Statistics last;

        Comparison(
                RunContext context,
                Measurements measurements,
                Measurements.Part part,
                List<Variant> variants,
                List<Prompt> prompts) {
            this.context = context;
            this.measurements = measurements;
            this.part = part;
            evaluator = new Evaluator(
                    context.target(),
                    variants,
                    List.of(new Dataset(DATASET, prompts)),
                    new EvalOptions(tokens(context), false, 1));
            evaluator.watch((variant, statistics) -> last = statistics);
        }

        /** @param keptSeconds seconds of the stage that must be left at the end */
        void measure(double temperature, double keptSeconds, int least) {
            String what = part == Measurements.Part.DEFAULT ? "the default decoder" : "fixed trees";
            try (Progress progress = context.console()
                    .progress(Part.EVALUATION.title() + ", " + what + ", temperature " + (int) temperature)) {
                Pace pace = new Pace(context.state(), keptSeconds, least);
                evaluator.run(temperature, measurements.at(part, temperature), this::keep, (done, all) -> {
                    context.console().checkStop();
                    progress.update(
                            Math.max(context.state().fraction(), (double) done / all),
                            done + " of at most " + all + " generations");
                    return pace.another();
                });
            }
        }

        private void keep(Measurement measurement) {
            if (last != null) {
                measurements.add(part, measurement, last);
            }
            context.state().tick();
            context.console().checkStop();
        }

        @Override
        public void close() {
            evaluator.close();
        }
    }

    /** Whether another prompt fits into the time, judged by those before. */
    private static final class Pace {
        private final RunState state;
        private final double kept;
        private final int least;
        private final double leftAtStart;
        private int started;

        Pace(RunState state, double kept, int least) {
            this.state = state;
            this.kept = kept;
            this.least = least;
            this.leftAtStart = state.left();
        }

        boolean another() {
            double left = state.left();
            double each = started == 0 ? 0 : (leftAtStart - left) / started;
            boolean fits = started < least || left - kept > each;
            started++;
            return fits;
        }
    }
}
