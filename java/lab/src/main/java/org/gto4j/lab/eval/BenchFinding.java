package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gto4j.statistics.Interval;

/** What a bench found, in words: which of our ways is the fastest at each temperature, and by how much. */
final class BenchFinding {
    /** An interval over fewer prompts is chance. */
    private static final int ENOUGH = 5;

    private final BenchResult result;
    private final String together;

    private BenchFinding(BenchResult result) {
        this.result = result;
        together = result.rows().get(result.rows().size() - 1).row().dataset();
    }

    /** A paragraph for each temperature, then what was measured; empty if nothing was. */
    static List<String> of(BenchResult result) {
        return result.rows().isEmpty() ? List.of() : new BenchFinding(result).paragraphs();
    }

    private List<String> paragraphs() {
        List<String> paragraphs = new ArrayList<>();
        rows().stream()
                .map(row -> row.row().temperature())
                .distinct()
                .forEach(temperature -> paragraphs.add(at(temperature)));
        int prompts = rows().stream().mapToInt(row -> row.row().prompts()).max().orElse(0);
        paragraphs.add(format(
                "Measured on %d prompt%s of %s.%s",
                prompts,
                prompts == 1 ? "" : "s",
                datasets(),
                prompts < ENOUGH ? " So few can't tell which way is faster." : ""));
        return paragraphs;
    }

    /** Those of all datasets together. */
    private List<BenchRow> rows() {
        return result.rows().stream()
                .filter(row -> row.row().dataset().equals(together))
                .toList();
    }

    private String datasets() {
        return result.rows().stream()
                .map(row -> row.row().dataset())
                .filter(name -> !name.equals(Summary.ALL))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String at(double temperature) {
        List<BenchRow> ours = rows().stream()
                .filter(row -> row.row().temperature() == temperature
                        && !row.row().method().mode().isStock())
                .toList();
        Optional<BenchRow> plain = ours.stream().filter(BenchFinding::isPlain).findFirst();
        Optional<BenchRow> fastest = ours.stream()
                .filter(row -> !isPlain(row))
                .max(Comparator.comparingDouble(row -> row.row().tokensPerSecond()));
        String start = format("At temperature %.1f ", temperature);
        if (fastest.isEmpty()) {
            return start
                    + plain.map(row -> format("plain decoding writes %s.", speed(row)) + overStock(row))
                            .orElse("only stock llama.cpp was measured.");
        }
        BenchRow best = fastest.get();
        if (Double.isNaN(best.speedupInterval().low())) {
            return start
                    + format(
                            "%s is the fastest way, with %s; %s.",
                            name(best),
                            speed(best),
                            plain.isEmpty()
                                    ? "plain decoding was not measured"
                                    : "the answers are too short to compare it with plain decoding")
                    + overStock(best);
        }
        boolean gains = best.speedupInterval().low() > 1;
        String found = gains
                ? format(
                        "%s is %.2f times as fast as plain decoding %s, with %s.",
                        name(best), best.row().speedup(), interval(best.speedupInterval()), speed(best))
                : format(
                        "no way is %s than plain decoding: the fastest other one, %s, is %.2f times as fast %s.",
                        best.speedupInterval().high() < 1 ? "faster" : "visibly faster",
                        name(best),
                        best.row().speedup(),
                        interval(best.speedupInterval()));
        return start + found + texts(best) + overStock(gains ? best : plain.orElse(best));
    }

    private static boolean isPlain(BenchRow row) {
        return row.row().method().equals(DecodingMethod.plain());
    }

    private static String name(BenchRow row) {
        return row.row().method().label();
    }

    private static String speed(BenchRow row) {
        return format("%.1f tokens a second", row.row().tokensPerSecond());
    }

    private static String texts(BenchRow row) {
        if (row.differing() < 0) {
            return "";
        }
        return row.differing() == 0
                ? " Every text is the same."
                : format(
                        " %d of %d texts %s not the same.",
                        row.differing(), row.row().prompts(), row.differing() == 1 ? "is" : "are");
    }

    private String overStock(BenchRow row) {
        return result.bestStock().stream()
                .filter(stock -> stock.temperature() == row.row().temperature())
                .findFirst()
                .map(stock -> format(
                        " %s is %.2f times as fast as stock llama.cpp in its best setting, %s %s.",
                        isPlain(row) ? "Plain decoding" : "That",
                        row.overStock(),
                        stock.method().label(),
                        interval(row.overStockInterval())))
                .orElse("");
    }

    private static String interval(Interval interval) {
        return format("(%.2f to %.2f)", interval.low(), interval.high());
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
