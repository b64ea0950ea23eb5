package org.gto4j.it.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;

/**
 * All texts of a few tokens that a tiny target can say after a prompt, with their exact probabilities under a sampler
 * chain.
 */
final class Outcomes {
    /** Chi-square wants at least this many expected counts in a cell; rarer texts share one. */
    private static final double LEAST_EXPECTED = 5;

    private final Map<List<Integer>, Double> probabilities = new LinkedHashMap<>();

    /** Texts end with an end token, which isn't part of them, or have {@code length} tokens. */
    static Outcomes enumerate(TargetModel target, int[] prompt, int length, ReferenceChain chain) {
        Outcomes outcomes = new Outcomes();
        try (TargetSession session = target.newSession(
                SessionOptions.builder().context(64).sequences(1).f32Cache(true).build())) {
            outcomes.extend(target, session, chain, prompt, new ArrayList<>(), 1, length);
        }
        return outcomes;
    }

    private void extend(
            TargetModel target,
            TargetSession session,
            ReferenceChain chain,
            int[] prompt,
            List<Integer> text,
            double probability,
            int length) {
        if (text.size() == length) {
            probabilities.merge(List.copyOf(text), probability, Double::sum);
            return;
        }
        int[] all = Arrays.copyOf(prompt, prompt.length + text.size());
        for (int i = 0; i < text.size(); i++) {
            all[prompt.length + i] = text.get(i);
        }
        session.clear();
        session.prefill(0, 0, all, all.length - 1, null, null);
        double[] next = chain.probabilities(session.logits(all.length - 1), prompt, text);
        for (int token = 0; token < next.length; token++) {
            if (next[token] == 0) {
                continue;
            }
            if (target.isEnd(token)) {
                probabilities.merge(List.copyOf(text), probability * next[token], Double::sum);
            } else {
                text.add(token);
                extend(target, session, chain, prompt, text, probability * next[token], length);
                text.remove(text.size() - 1);
            }
        }
    }

    int size() {
        return probabilities.size();
    }

    double total() {
        return probabilities.values().stream().mapToDouble(p -> p).sum();
    }

    /** Counts of drawn texts. */
    Tally tally() {
        return new Tally();
    }

    final class Tally {
        private final Map<List<Integer>, Long> counts = new HashMap<>();
        private long draws;
        private boolean impossible;

        void add(int[] text) {
            List<Integer> key = Arrays.stream(text).boxed().toList();
            impossible |= !probabilities.containsKey(key);
            counts.merge(key, 1L, Long::sum);
            draws++;
        }

        /**
         * Probability of counts at least this far off if the texts were drawn with the exact probabilities; 0 if one of
         * them has none.
         */
        double pValue() {
            if (impossible) {
                return 0;
            }
            List<Double> expected = new ArrayList<>();
            List<Long> observed = new ArrayList<>();
            double rareExpected = 0;
            long rareObserved = 0;
            for (Map.Entry<List<Integer>, Double> outcome : probabilities.entrySet()) {
                long count = counts.getOrDefault(outcome.getKey(), 0L);
                if (outcome.getValue() * draws < LEAST_EXPECTED) {
                    rareExpected += outcome.getValue() * draws;
                    rareObserved += count;
                } else {
                    expected.add(outcome.getValue() * draws);
                    observed.add(count);
                }
            }
            if (rareExpected > 0) {
                expected.add(rareExpected);
                observed.add(rareObserved);
            }
            return ChiSquareTest.withDefaults()
                    .test(
                            expected.stream().mapToDouble(e -> e).toArray(),
                            observed.stream().mapToLong(o -> o).toArray())
                    .getPValue();
        }
    }
}
