package org.gto4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

import org.gto4j.GtoException;
import org.gto4j.TargetModel;

/**
 * Compares the greedy text of ways of decoding with {@link GreedyReference}: each prompt's first turn, in the target's chat template. The reference is had once a prompt. One thread
 * at a time; holds one context a way and one more, until it is closed.
 */
public final class Parity implements AutoCloseable {
    private final List<Question> questions;
    private final EvalOptions options;
    private final List<Answerer> ways = new ArrayList<>();
    private final GreedyReference reference;
    private final boolean measureRounding;

    /**
     * Checks all prompts and opens the decoders.
     *
     * @param measureRounding whether each text's rounding is measured, too, which takes about a third of the reference's time
     * @throws GtoException CONTEXT: a prompt and its answer don't fit what the target was trained on (dataset, prompt and lengths are named)
     */
    public Parity(TargetModel target, List<Variant> variants, List<Dataset> datasets, EvalOptions options, boolean measureRounding) {
        this.options = options;
        this.measureRounding = measureRounding;
        questions = Question.of(target, datasets, options.maxTokens());
        int context = Question.context(questions, options.maxTokens());
        reference = new GreedyReference(target, context, options.f32Cache());
        try {
            for (Variant variant : variants) {
                ways.add(new DecoderAnswerer(target, variant, context, options.f32Cache()));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Compares all prompts, except those that were compared before.
     *
     * @param known    what an earlier run found
     * @param sink     gets each comparison; an exception ends the run
     * @param progress says before each prompt that isn't compared yet whether to go on
     * @return known and new comparisons
     */
    public List<ParityCheck> run(List<ParityCheck> known, Consumer<ParityCheck> sink, Evaluator.Progress progress) {
        List<ParityCheck> checks = new ArrayList<>(known);
        Set<List<Object>> done = new HashSet<>();
        known.forEach(check -> done.add(List.of(check.way(), check.dataset(), check.prompt())));
        int all = ways.size() * questions.size();
        for (int number = 0; number < questions.size(); number++) {
            Question question = questions.get(number);
            List<Answerer> left = ways.stream().filter(way -> !done.contains(List.of(way.way(), question.dataset(), question.id()))).toList();
            if (left.isEmpty()) {
                continue;
            }
            if (!progress.goOn(number * ways.size(), all)) {
                return checks;
            }
            int[] expected = reference.text(question.tokens(), options.maxTokens());
            Rounding rounding = measureRounding ? reference.rounding(question.tokens(), expected) : Rounding.NONE;
            for (Answerer way : left) {
                ParityCheck check = check(way, question, expected, rounding);
                checks.add(check);
                sink.accept(check);
            }
        }
        progress.goOn(all, all);
        return measureRounding ? lookAgain(checks) : checks;
    }

    private ParityCheck check(Answerer way, Question question, int[] expected, Rounding rounding) {
        int[] found = way.answer(question.tokens(), options.maxTokens(), 0, options.seed()).tokens();
        int at = Arrays.mismatch(expected, found);
        if (at < 0) {
            return ParityCheck.same(way.way(), question, expected.length, rounding);
        }
        int other = at < found.length ? found[at] : GreedyReference.END;
        return new ParityCheck(way.way(), question.dataset(), question.id(), at, at, at < expected.length ? expected[at] : GreedyReference.END, other,
            reference.gap(question.tokens(), expected, at, other), 0, rounding);
    }

    /** Where a gap is wider than rounding was seen to move any in the beginning of these texts, what counts is how far it moves that very one. */
    private List<ParityCheck> lookAgain(List<ParityCheck> checks) {
        double tie = ParityResult.of(checks).tie();
        return checks.stream().map(check -> check.fails(tie) ? check.withMoved(moved(check)) : check).toList();
    }

    private double moved(ParityCheck check) {
        Question question = questions.stream().filter(q -> q.dataset().equals(check.dataset()) && q.id().equals(check.prompt())).findFirst().orElseThrow();
        return reference.moved(question.tokens(), reference.text(question.tokens(), options.maxTokens()), check.at(), check.found());
    }

    @Override
    public void close() {
        ways.forEach(Answerer::close);
        reference.close();
    }
}
