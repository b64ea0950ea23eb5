package org.gto4j.eval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.GtoException;
import org.gto4j.SamplerOptions;
import org.gto4j.TargetModel;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptTokens;

/**
 * Measures ways of decoding side by side: each prompt's first turn, in the target's chat template, is decoded in every way before the next
 * prompt's turn comes, and the first way changes from prompt to prompt, so that a busy machine slows all of them alike. One thread at a
 * time; holds one context a way, until it is closed.
 */
public final class Evaluator implements AutoCloseable {
    private static final int WARM_UP_TOKENS = 8;
    private static final int SPARE_CELLS = 8;

    private final TargetModel target;
    private final List<Dataset> datasets;
    private final EvalOptions options;
    private final Map<Variant, TreeDecoder> decoders = new LinkedHashMap<>();
    private BiConsumer<Variant, Generation.Statistics> watcher = (variant, statistics) -> { };

    /**
     * Checks all prompts and opens the decoders.
     *
     * @param target   the model
     * @param variants ways of decoding that are compared
     * @param datasets prompts
     * @throws GtoException CONTEXT: a prompt and its answer don't fit what the target was trained on (dataset, prompt and lengths are named)
     */
    public Evaluator(TargetModel target, List<Variant> variants, List<Dataset> datasets, EvalOptions options) {
        this.target = target;
        this.datasets = List.copyOf(datasets);
        this.options = options;
        int context = longestPrompt() + options.maxTokens() + SPARE_CELLS;
        try {
            for (Variant variant : variants) {
                decoders.put(variant, TreeDecoder.builder(target).draft(variant.draft()).policy(variant.policy())
                    .context(context + variant.policy().maxNodes()).f32Cache(options.f32Cache()).build());
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private int longestPrompt() {
        int longest = 1;
        for (Dataset dataset : datasets) {
            for (Prompt prompt : dataset.prompts()) {
                int length = tokens(prompt).length;
                if (length + options.maxTokens() > target.info().trainedContext()) {
                    throw new GtoException(GtoException.Kind.CONTEXT, "prompt " + prompt.id() + " of " + dataset.name() + " has " + length
                        + " tokens; with " + options.maxTokens() + " more it exceeds the context of " + target.info().trainedContext()
                        + " that " + target.path() + " was trained on");
                }
                longest = Math.max(longest, length);
            }
        }
        return longest;
    }

    private int[] tokens(Prompt prompt) {
        return PromptTokens.of(target, prompt.messages(List.of()));
    }

    /** Tells what each measured generation of the runs to come was like. */
    public void watch(BiConsumer<Variant, Generation.Statistics> every) {
        watcher = every;
    }

    /** Generations that a run without a stop makes at each temperature. */
    public int generations() {
        return decoders.size() * datasets.stream().mapToInt(dataset -> dataset.prompts().size()).sum();
    }

    /**
     * Measures all prompts at one temperature, except those that were measured before.
     *
     * @param known    what an earlier run measured
     * @param sink     gets each measurement; an exception ends the run
     * @param progress says before each prompt whether to go on
     * @return known and new measurements
     */
    public List<Measurement> run(double temperature, List<Measurement> known, Consumer<Measurement> sink, Progress progress) {
        List<Measurement> results = new ArrayList<>(known);
        Set<List<Object>> done = new HashSet<>();
        known.forEach(m -> done.add(key(m.draft(), m.mode(), m.temperature(), m.dataset(), m.prompt())));
        List<Map.Entry<Variant, TreeDecoder>> ways = List.copyOf(decoders.entrySet());
        warmUp();
        int number = 0;
        for (Dataset dataset : datasets) {
            for (Prompt prompt : dataset.prompts()) {
                if (!progress.goOn(number * ways.size(), generations())) {
                    return results;
                }
                for (int i = 0; i < ways.size(); i++) {
                    Map.Entry<Variant, TreeDecoder> way = ways.get((i + number) % ways.size());
                    Variant variant = way.getKey();
                    if (!done.contains(key(variant.label(), variant.mode(), temperature, dataset.name(), prompt.id()))) {
                        Generation.Statistics statistics = generate(way.getValue(), prompt, temperature, options.seed() + number).statistics();
                        watcher.accept(variant, statistics);
                        Measurement measured = Measurement.of(variant, temperature, dataset.name(), prompt.id(), statistics);
                        results.add(measured);
                        sink.accept(measured);
                    }
                }
                number++;
            }
        }
        progress.goOn(generations(), generations());
        return results;
    }

    /** Follows a run and can end it between two prompts. */
    @FunctionalInterface
    public interface Progress {
        /** Called before each prompt and at the end; false ends the run. */
        boolean goOn(int generationsDone, int generations);
    }

    private static List<Object> key(String draft, Mode mode, double temperature, String dataset, String prompt) {
        return List.of(draft, mode, temperature, dataset, prompt);
    }

    /** The first decode of a context touches memory for the first time: not part of what is measured. */
    private void warmUp() {
        Prompt prompt = datasets.get(0).prompts().get(0);
        GenerationOptions few = GenerationOptions.builder().maxTokens(Math.min(WARM_UP_TOKENS, options.maxTokens())).build();
        decoders.values().forEach(decoder -> decoder.generate(tokens(prompt), few));
    }

    private Generation generate(TreeDecoder decoder, Prompt prompt, double temperature, int seed) {
        SamplerOptions sampler = SamplerOptions.builder().temperature((float) temperature).seed(seed).build();
        return decoder.generate(tokens(prompt), GenerationOptions.builder().maxTokens(options.maxTokens()).sampler(sampler).build());
    }

    @Override
    public void close() {
        decoders.values().forEach(TreeDecoder::close);
    }
}
