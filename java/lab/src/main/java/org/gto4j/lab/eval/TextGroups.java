package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.gto4j.data.CorpusSequence;

/** Texts of a corpus by what their ids begin with: "math-12" and "math-7#2" are of one group, "math". */
public final class TextGroups {
    private static final int MOST = 8;
    private static final Pattern NUMBERS = Pattern.compile("([-_.:/#]?\\d+)+$");

    private TextGroups() {}

    /**
     * Groups by name.
     *
     * @param name of the one group of all if ids tell no groups apart, i.e. if there is one beginning only, or more
     *     than 8
     */
    public static Map<String, List<CorpusSequence>> of(String name, List<CorpusSequence> sequences) {
        Objects.requireNonNull(name, "name");
        Map<String, List<CorpusSequence>> groups = new TreeMap<>();
        for (CorpusSequence sequence : sequences) {
            groups.computeIfAbsent(NUMBERS.matcher(sequence.id()).replaceFirst(""), key -> new ArrayList<>())
                    .add(sequence);
        }
        if (groups.size() == 1 || groups.size() > MOST || groups.containsKey("")) {
            return new LinkedHashMap<>(Map.of(name, List.copyOf(sequences)));
        }
        return groups;
    }
}
