package org.gto4j.lab.parity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Answer;
import org.gto4j.lab.eval.Answerer;
import org.gto4j.lab.eval.BatchAnswerer;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.DecoderAnswerer;
import org.gto4j.lab.eval.DecodingMethod;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Evaluator;
import org.gto4j.lab.eval.Question;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.TargetModel;

/**
 * Compares the text of ways of decoding with {@link PlainReference}: each prompt's first turn, in the target's chat
 * template, with a seed of its own. The reference is had once a prompt. One thread at a time; holds one context a way
 * and one more, until it is closed.
 */
public final class Parity implements AutoCloseable {
    /**
     * Prompts that a batch is asked at once, by its slots: so many that most requests begin beside others in the middle
     * of their texts.
     */
    private static final int ROUNDS = 4;

    private final List<Question> questions;
    private final EvalOptions options;
    private final ParityOptions comparison;
    private final List<Answerer> methods = new ArrayList<>();
    private final PlainReference reference;
    private final int[][] expected;
    private final int portion;

    /**
     * Checks all prompts and opens the decoders.
     *
     * @param compared has the reference's texts: the target itself, or the same file on another device, whose rounding
     *     then is what a near-tie is measured by
     * @throws GtoException CONTEXT: a prompt and its answer don't fit what the target was trained on (dataset, prompt
     *     and lengths are named)
     */
    public Parity(
            TargetModel target,
            TargetModel compared,
            List<Variant> variants,
            List<Dataset> datasets,
            EvalOptions options,
            ParityOptions comparison) {
        this.options = options;
        this.comparison = comparison;
        questions = Question.of(target, datasets, options.maxTokens());
        expected = new int[questions.size()][];
        int mostSlots =
                comparison.slots().stream().mapToInt(Integer::intValue).max().orElseThrow();
        portion = mostSlots == 1 ? 1 : ROUNDS * mostSlots;
        int context = Question.context(questions, options.maxTokens());
        reference = new PlainReference(compared, context, options.f32Cache());
        try {
            for (Variant variant : variants) {
                for (int slots : comparison.slots()) {
                    methods.add(
                            slots == 1
                                    ? new DecoderAnswerer(target, variant, context, options.f32Cache())
                                    : new BatchAnswerer(target, variant, context, options.f32Cache(), slots));
                }
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Compares all prompts, except those that were compared before. If some text differs, the target's rounding on all
     * of them is measured then.
     *
     * @param known what an earlier run found
     * @param sink gets each comparison, and once more with its rounding if that is measured; an exception ends the run
     * @param progress says before each part that isn't done yet whether to go on
     * @return known and new comparisons
     */
    public List<ParityCheck> run(List<ParityCheck> known, Consumer<ParityCheck> sink, Evaluator.Progress progress) {
        Map<List<Object>, ParityCheck> checks = new LinkedHashMap<>();
        known.forEach(check -> checks.put(check.key(), check));
        Consumer<ParityCheck> found = check -> {
            checks.put(check.key(), check);
            sink.accept(check);
        };
        int all = methods.size() * questions.size();
        for (int from = 0; from < questions.size(); from += portion) {
            int to = Math.min(from + portion, questions.size());
            for (int i = 0; i < methods.size(); i++) {
                DecodingMethod method = methods.get(i).method();
                int[] left = IntStream.range(from, to)
                        .filter(number -> !checks.containsKey(ParityCheck.key(method, questions.get(number))))
                        .toArray();
                if (left.length == 0) {
                    continue;
                }
                if (!progress.goOn(from * methods.size() + i * (to - from), all)) {
                    return List.copyOf(checks.values());
                }
                compare(methods.get(i), left, found);
            }
        }
        if (comparison.measured() && checks.values().stream().anyMatch(ParityCheck::differs)) {
            for (int number = 0; number < questions.size(); number++) {
                if (!progress.goOn(all + number, all + questions.size())) {
                    return List.copyOf(checks.values());
                }
                measureRounding(number, List.copyOf(checks.values()), found);
            }
            all += questions.size();
        }
        progress.goOn(all, all);
        return comparison.measured() ? lookAgain(checks.values()) : List.copyOf(checks.values());
    }

    private void compare(Answerer method, int[] numbers, Consumer<ParityCheck> found) {
        Arrays.stream(numbers).forEach(this::expected);
        List<Supplier<Answer>> asked = Arrays.stream(numbers)
                .mapToObj(number -> method.ask(
                        questions.get(number).tokens(), options.maxTokens(), comparison.temperature(), seed(number)))
                .toList();
        for (int i = 0; i < numbers.length; i++) {
            found.accept(check(method.method(), numbers[i], asked.get(i).get().tokens()));
        }
    }

    private ParityCheck check(DecodingMethod method, int number, int[] found) {
        Question question = questions.get(number);
        int[] text = expected(number);
        int at = Arrays.mismatch(text, found);
        if (at < 0) {
            return ParityCheck.same(method, question, text.length);
        }
        int other = at < found.length ? found[at] : PlainReference.END;
        double gap = comparison.temperature() > 0 ? 0 : reference.gap(question.tokens(), text, at, other);
        return new ParityCheck(
                method,
                question.dataset(),
                question.id(),
                at,
                at,
                at < text.length ? text[at] : PlainReference.END,
                other,
                gap,
                0,
                Rounding.NONE);
    }

    private int[] expected(int number) {
        if (expected[number] == null) {
            expected[number] = reference.text(
                    questions.get(number).tokens(),
                    options.maxTokens(),
                    Answerer.sampling(comparison.temperature(), seed(number)));
        }
        return expected[number];
    }

    private int seed(int number) {
        return options.seed() + number;
    }

    /** All ways of a text carry the same measurement. */
    private void measureRounding(int number, List<ParityCheck> checks, Consumer<ParityCheck> found) {
        Question question = questions.get(number);
        List<ParityCheck> ofText =
                checks.stream().filter(check -> check.isOf(question)).toList();
        Rounding rounding = ofText.stream()
                .map(ParityCheck::rounding)
                .filter(known -> known.positions() > 0)
                .findFirst()
                .orElseGet(() -> reference.rounding(
                        question.tokens(),
                        expected(number),
                        Answerer.sampling(comparison.temperature(), seed(number))));
        ofText.stream()
                .filter(check -> !check.rounding().equals(rounding))
                .forEach(check -> found.accept(check.withRounding(rounding)));
    }

    /**
     * Where a gap is wider than rounding was seen to move any in the beginning of these texts, what counts is how far
     * it moves that very one. Where it moves none there is nothing to look for, and sampled texts have no gaps.
     */
    private List<ParityCheck> lookAgain(Collection<ParityCheck> checks) {
        double tie = Rounding.ofTexts(checks).widest();
        return checks.stream()
                .map(check -> tie > 0 && check.fails(tie) ? check.withMoved(moved(check)) : check)
                .toList();
    }

    private double moved(ParityCheck check) {
        int number = IntStream.range(0, questions.size())
                .filter(i -> check.isOf(questions.get(i)))
                .findFirst()
                .orElseThrow();
        return reference.moved(questions.get(number).tokens(), expected(number), check.at(), check.found());
    }

    @Override
    public void close() {
        methods.forEach(Answerer::close);
        reference.close();
    }
}
