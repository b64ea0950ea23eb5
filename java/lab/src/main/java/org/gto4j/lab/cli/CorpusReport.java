package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.gto4j.data.CorpusContents;
import org.gto4j.data.CorpusStatistics;
import org.gto4j.data.VocabularyCoverage;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.lab.terminal.Sizes;

/** What a corpus is made of, as text. */
final class CorpusReport {
    private static final String[] QUANTILES = {"min", "25%", "median", "75%", "95%", "max"};

    private final CorpusContents corpus;

    CorpusReport(CorpusContents corpus) {
        this.corpus = corpus;
    }

    @Override
    public String toString() {
        int texts = corpus.sequences().size();
        CorpusStatistics statistics = CorpusStatistics.of(corpus.sequences());
        StringBuilder text = new StringBuilder();
        line(text, "target", corpus.target());
        line(
                text,
                "texts",
                texts + " (" + statistics.own() + " written by the target, " + (texts - statistics.own())
                        + " kept as they were)");
        line(
                text,
                "tokens",
                statistics.tokens() + ", of these " + statistics.responseTokens() + " trained in "
                        + statistics.responses() + " responses");
        line(text, "distinct", statistics.distinct() + " different tokens in the responses");
        line(
                text,
                "on disk",
                Sizes.of(corpus.bytes())
                        + (corpus.features()
                                ? " with features, " + corpus.rowBytes() + " bytes a token"
                                : ", no features: the target computes them while training"));
        text.append('\n').append(TextTable.print(lengths(statistics), 1));
        if (texts > 0) {
            text.append('\n').append(TextTable.print(coverage(), 0));
            text.append(
                    "(coverage of the response tokens by the most frequent N; unseen: counted on every other text, measured on the rest)\n");
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-10s%s%n", name, value));
    }

    private static List<List<String>> lengths(CorpusStatistics statistics) {
        return List.of(
                row("tokens of a", Arrays.stream(QUANTILES)),
                row("text", Arrays.stream(statistics.lengths()).mapToObj(Integer::toString)),
                row("text, trained", Arrays.stream(statistics.responseLengths()).mapToObj(Integer::toString)));
    }

    private static List<String> row(String name, Stream<String> values) {
        return Stream.concat(Stream.of(name), values).toList();
    }

    private List<List<String>> coverage() {
        List<List<String>> rows = new ArrayList<>(List.of(List.of("draft vocabulary", "all texts", "unseen texts")));
        for (VocabularyCoverage size : VocabularyCoverage.of(corpus.sequences())) {
            rows.add(List.of(Integer.toString(size.size()), percent(size.all()), percent(size.unseen())));
        }
        return rows;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", 100 * share);
    }
}
