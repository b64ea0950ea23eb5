package org.gto4j.lab.quickstart;

import java.util.List;
import org.gto4j.data.Prompt;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Evaluator;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DynamicTree;

/**
 * Measures plain, chain and tree decoding with both drafts on held-back prompts, as many as fit into the time:
 * greedily, then at temperature 1.
 */
final class EvaluationStage implements Stage {
    private static final String DATASET = "held-back";
    private static final int TOKENS = 64;
    private static final int CHAIN = 7;
    /** Share of the part's time for greedy decoding. */
    private static final double GREEDY_SHARE = 0.8;
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
        EvalOptions options = new EvalOptions(Math.min(TOKENS, context.responseTokens()), false, 1);
        try (DraftModel eagle3 = DraftModel.load(context.target(), context.eagle3());
                DraftModel gto = DraftModel.load(context.target(), context.gto());
                Evaluator evaluator = new Evaluator(
                        context.target(), variants(eagle3, gto), List.of(new Dataset(DATASET, prompts)), options);
                Measurements measurements = Measurements.open(context.measurements())) {
            measure(context, evaluator, measurements, 0, (1 - GREEDY_SHARE) * seconds, LEAST_PROMPTS);
            measure(context, evaluator, measurements, 1, 0, 0);
        }
    }

    private static List<Variant> variants(DraftModel eagle3, DraftModel gto) {
        return List.of(
                Variant.plain(),
                new Variant("eagle3", Mode.CHAIN, eagle3, new Chain(CHAIN)),
                new Variant("eagle3", Mode.TREE, eagle3, DynamicTree.eagle2()),
                new Variant("gto", Mode.CHAIN, gto, new Chain(CHAIN)),
                new Variant("gto", Mode.TREE, gto, DynamicTree.eagle2()));
    }

    /** @param keptSeconds seconds of the part that must be left at the end */
    private void measure(
            RunContext context,
            Evaluator evaluator,
            Measurements measurements,
            double temperature,
            double keptSeconds,
            int least) {
        try (Progress progress = context.console().progress(part().title() + ", temperature " + (int) temperature)) {
            Pace pace = new Pace(context.state(), keptSeconds, least);
            evaluator.run(
                    temperature,
                    measurements.at(temperature),
                    measurement -> {
                        measurements.add(measurement);
                        context.state().tick();
                        context.console().checkStop();
                    },
                    (done, all) -> {
                        context.console().checkStop();
                        progress.update(
                                Math.max(context.state().fraction(), (double) done / all),
                                done + " of at most " + all + " generations");
                        return pace.another();
                    });
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
