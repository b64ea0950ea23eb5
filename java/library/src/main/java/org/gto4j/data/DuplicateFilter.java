package org.gto4j.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Leaves out texts that were there before, and counts them. {@link Deduplication#NEAR} compares a text with all earlier
 * ones that share a word: right for thousands of texts, slow for millions. Not thread-safe.
 */
public final class DuplicateFilter {
    private static final double NEAR = 0.7;

    private final Deduplication kind;
    private final Set<String> seen = new HashSet<>();
    private final List<int[]> texts = new ArrayList<>();
    private final Map<String, Integer> wordIds = new HashMap<>();
    private final Map<Integer, List<Integer>> textsOfWord = new HashMap<>();
    private int exact;
    private int near;

    /** @param kind what counts as a duplicate */
    public DuplicateFilter(Deduplication kind) {
        this.kind = kind;
    }

    /**
     * The prompts without duplicates of earlier ones: system message and all turns count. Tools count where duplicates
     * are exact; beside them other questions would be near ones.
     */
    public List<Prompt> filter(List<Prompt> prompts) {
        return prompts.stream()
                .filter(prompt -> accept(Stream.of(
                                Stream.of(prompt.system() == null ? "" : prompt.system()),
                                prompt.turns().stream(),
                                Stream.ofNullable(kind == Deduplication.EXACT ? prompt.tools() : null))
                        .flatMap(Function.identity())
                        .map(DuplicateFilter::exactForm)
                        .collect(Collectors.joining("\0"))))
                .toList();
    }

    /** True if no earlier text is its duplicate. */
    public boolean accept(String text) {
        if (kind == Deduplication.NONE) {
            return true;
        }
        if (!seen.add(exactForm(text))) {
            exact++;
            return false;
        }
        if (kind == Deduplication.EXACT) {
            return true;
        }
        int[] ids = words(text);
        if (hasNear(ids)) {
            near++;
            return false;
        }
        add(ids);
        return true;
    }

    private static String exactForm(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " ").strip();
    }

    /** Lower case, letters and digits only, one space between words. */
    private static String wordForm(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
    }

    private int[] words(String text) {
        return Arrays.stream(wordForm(text).split(" "))
                .mapToInt(word -> wordIds.computeIfAbsent(word, unknown -> wordIds.size()))
                .toArray();
    }

    private boolean hasNear(int[] ids) {
        for (Map.Entry<Integer, Integer> candidate : common(ids).entrySet()) {
            int[] other = texts.get(candidate.getKey());
            // No common subsequence is longer than what the bags of words share: most texts need no closer look.
            if (alike(candidate.getValue(), ids.length, other.length)
                    && alike(longestCommonSubsequence(ids, other), ids.length, other.length)) {
                return true;
            }
        }
        return false;
    }

    private void add(int[] ids) {
        for (int word : Arrays.stream(ids).distinct().toArray()) {
            textsOfWord.computeIfAbsent(word, unknown -> new ArrayList<>()).add(texts.size());
        }
        texts.add(ids);
    }

    /** ROUGE-L: the harmonic mean of the share of either text that is common. */
    private static boolean alike(int common, int length, int otherLength) {
        return 2.0 * common / (length + otherLength) >= NEAR;
    }

    /**
     * For each earlier text at most how many words it shares with this one: each of these words counts as often as it
     * stands here.
     */
    private Map<Integer, Integer> common(int[] ids) {
        Map<Integer, Integer> common = new HashMap<>();
        for (int word : ids) {
            textsOfWord.getOrDefault(word, List.of()).forEach(text -> common.merge(text, 1, Integer::sum));
        }
        return common;
    }

    private static int longestCommonSubsequence(int[] a, int[] b) {
        int[] row = new int[b.length + 1];
        for (int word : a) {
            int diagonal = 0;
            for (int j = 1; j <= b.length; j++) {
                int above = row[j];
                row[j] = word == b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[b.length];
    }

    /** Texts left out because they were there before word for word. */
    public int exact() {
        return exact;
    }

    /** Texts left out because an earlier one was nearly the same. */
    public int near() {
        return near;
    }
}
