package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.gto4j.Generation;
import org.gto4j.error.GtoException;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.stock.StockServers;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * Measures ways of decoding side by side: each prompt's first turn, in the target's chat template, is decoded in every
 * way before the next prompt's turn comes, and the first way changes from prompt to prompt, so that a busy machine
 * slows all of them alike. One thread at a time; holds one context a way, until it is closed.
 */
public final class Evaluator implements AutoCloseable {
    private static final int WARM_UP_TOKENS = 8;

    private final List<Question> questions;
    private final EvalOptions options;
    private final List<Answerer> methods = new ArrayList<>();
    private @Nullable StockServers servers;
    private final List<LeftOut> leftOut = new ArrayList<>();
    private BiConsumer<Variant, Generation.Statistics> watcher = (variant, statistics) -> {};

    /** {@link #Evaluator(TargetModel, List, StockOptions, List, EvalOptions)} without stock llama.cpp. */
    public Evaluator(TargetModel target, List<Variant> variants, List<Dataset> datasets, EvalOptions options) {
        this(target, variants, null, datasets, options);
    }

    /**
     * Checks all prompts and opens the decoders.
     *
     * @param target the model
     * @param variants our ways of decoding that are compared
     * @param stock stock llama.cpp that is compared with them, or null; its servers start with the first run and end
     *     with {@link #close()}
     * @param datasets prompts
     * @throws GtoException CONTEXT: a prompt and its answer don't fit what the target was trained on (dataset, prompt
     *     and lengths are named)
     */
    public Evaluator(
            TargetModel target,
            List<Variant> variants,
            @Nullable StockOptions stock,
            List<Dataset> datasets,
            EvalOptions options) {
        this.options = options;
        questions = Question.of(target, datasets, options.maxTokens());
        int context = Question.context(questions, options.maxTokens());
        try {
            for (Variant variant : variants) {
                methods.add(new DecoderAnswerer(target, variant, context, options.f32Cache()));
            }
            if (stock != null) {
                servers = new StockServers(stock.server());
                methods.addAll(StockAnswerer.of(stock, servers, target, context, options.f32Cache()));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** Tells what each measured generation of ours in the runs to come was like. */
    public void watch(BiConsumer<Variant, Generation.Statistics> every) {
        watcher = every;
    }

    /**
     * Ways that were given up, and why: chains of stock llama.cpp whose server refused or ended. What they had measured
     * before stays among the results.
     */
    public List<LeftOut> leftOut() {
        return List.copyOf(leftOut);
    }

    /** Generations that a run without a stop makes at each temperature. */
    public int generations() {
        return methods.size() * questions.size();
    }

    /**
     * Measures all prompts at one temperature, except those that were measured before.
     *
     * @param known what an earlier run measured
     * @param sink gets each measurement; an exception ends the run
     * @param progress says before each prompt that isn't measured yet whether to go on
     * @return known and new measurements
     */
    public List<Measurement> run(
            double temperature, List<Measurement> known, Consumer<Measurement> sink, Progress progress) {
        List<Measurement> results = new ArrayList<>(known);
        Set<List<Object>> done = new HashSet<>();
        known.forEach(m -> done.add(key(m.method(), m.temperature(), m.dataset(), m.prompt())));
        warmUp();
        methods.forEach(method -> method.watch(watcher));
        for (int number = 0; number < questions.size(); number++) {
            Question question = questions.get(number);
            if (methods.stream()
                    .allMatch(method ->
                            done.contains(key(method.method(), temperature, question.dataset(), question.id())))) {
                continue;
            }
            if (!progress.goOn(number * methods.size(), generations())) {
                return results;
            }
            List<Answerer> inTurn = new ArrayList<>(methods);
            Collections.rotate(inTurn, -number);
            for (Answerer method : inTurn) {
                if (!done.contains(key(method.method(), temperature, question.dataset(), question.id()))) {
                    int seed = options.seed() + number;
                    answer(method, question, options.maxTokens(), temperature, seed)
                            .map(answer -> Measurement.of(method.method(), temperature, question, answer))
                            .ifPresent(measured -> {
                                results.add(measured);
                                sink.accept(measured);
                            });
                }
            }
        }
        progress.goOn(generations(), generations());
        return results;
    }

    /** Follows a run and can end it between two prompts. */
    @FunctionalInterface
    public interface Progress {
        /** Called before each prompt with something to do, and at the end; false ends the run. */
        boolean goOn(int generationsDone, int generations);
    }

    private static List<Object> key(DecodingMethod method, double temperature, String dataset, String prompt) {
        return List.of(method, temperature, dataset, prompt);
    }

    /** The first decode of a context touches memory for the first time: not part of what is measured. */
    private void warmUp() {
        methods.forEach(method -> method.watch((variant, statistics) -> {}));
        int tokens = Math.min(WARM_UP_TOKENS, options.maxTokens());
        List.copyOf(methods).forEach(method -> answer(method, questions.get(0), tokens, 0, 0));
    }

    /** Empty if it is a chain of stock llama.cpp that fails: it is given up, the other ways go on. */
    private Optional<Answer> answer(Answerer method, Question question, int most, double temperature, int seed) {
        try {
            return Optional.of(method.answer(question.tokens(), most, temperature, seed));
        } catch (GtoException e) {
            if (method.method().mode() != Mode.STOCK_CHAIN || e.kind() != GtoException.Kind.IO) {
                throw e;
            }
            leftOut.add(new LeftOut(method.method(), String.valueOf(e.getMessage())));
            methods.remove(method);
            method.close();
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        methods.forEach(Answerer::close);
        if (servers != null) {
            servers.close();
        }
    }
}
