package org.gto4j.lab.quickstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.lab.eval.BenchRow;
import org.gto4j.lab.eval.Mode;
import org.jspecify.annotations.Nullable;

/**
 * What a user gets from the draft, in words; where it doesn't pay, why.
 *
 * @param rows of the default decoder and of plain decoding
 * @param tokens most tokens of an answer
 * @param firstTokenRight share of cycles in which the draft's first token is right; NaN if unknown
 * @param price of drafting on this machine; null if unknown
 */
record Verdict(
        List<BenchRow> rows,
        int tokens,
        double firstTokenRight,
        @Nullable Price price) {
    /** Fewer questions tell nothing: an interval over so few is chance. */
    private static final int ENOUGH = 5;

    /** Whether answers come faster with the draft, beyond what chance explains. */
    boolean pays() {
        return isEnough() && row(Mode.COST_AWARE, 0).speedupInterval().low() > 1;
    }

    private boolean isEnough() {
        return row(Mode.COST_AWARE, 0).row().prompts() >= ENOUGH;
    }

    /** The first one stands for itself. */
    List<String> sentences() {
        BenchRow greedy = row(Mode.COST_AWARE, 0);
        List<String> sentences = new ArrayList<>();
        sentences.add(first(greedy));
        if (isEnough() && !pays() && price != null) {
            sentences.add(why(price));
        }
        sentences.add(format(
                "Measured on %s that training never saw, at most %d tokens each, at temperature 0: %.1f tokens a second with the "
                        + "draft, %.1f without.%s",
                counted(greedy.row().prompts(), "question"),
                tokens,
                greedy.row().tokensPerSecond(),
                row(Mode.PLAIN, 0).row().tokensPerSecond(),
                sampled()));
        return sentences;
    }

    private String first(BenchRow greedy) {
        if (Double.isNaN(greedy.speedupInterval().low())) {
            return "The model's answers were too short to measure what the draft gains.";
        }
        String speed = format(
                "answers come %.2f times as fast as without it (%.2f to %.2f), and %s.",
                greedy.row().speedup(),
                greedy.speedupInterval().low(),
                greedy.speedupInterval().high(),
                texts(greedy.differing(), greedy.row().prompts()));
        if (pays()) {
            return "With the draft, " + speed;
        }
        if (!isEnough()) {
            return counted(greedy.row().prompts(), "question")
                    + " can't tell what the draft gains, and --minutes left no time for more: with it, " + speed;
        }
        return "On this machine the draft "
                + (greedy.speedupInterval().high() < 1 ? "doesn't pay" : "gains nothing that shows") + ": with it, "
                + speed;
    }

    private static String texts(int differing, int all) {
        return differing == 0
                ? "every text is the same"
                : differing + " of " + all + " texts " + (differing == 1 ? "is" : "are") + " not the same";
    }

    private String why(Price known) {
        String costs = format(
                "Counted in plain passes, which yield one token each, proposing a token takes %.2f, and checking it beside the model's own takes %.2f.",
                known.drafting(), known.checking());
        if (Double.isNaN(firstTokenRight)) {
            return "Why: " + Character.toLowerCase(costs.charAt(0)) + costs.substring(1);
        }
        return format(
                        "Why: the draft's first token is right in %.0f%% of the cycles, so a cycle that checks it yields %.2f tokens. ",
                        100 * firstTokenRight, 1 + firstTokenRight)
                + costs
                + format(
                        " One drafted token a cycle would thus make answers %.2f times as fast. The default decoder drafts only where it "
                                + "expects to gain. A draft that is trained for longer is right more often: try --minutes 60 with another --dir.",
                        (1 + firstTokenRight) / (known.drafting() + known.checking()));
    }

    private String sampled() {
        return rows.stream()
                .filter(row -> row.row().method().mode() == Mode.COST_AWARE
                        && row.row().temperature() > 0)
                .findFirst()
                .map(row -> format(
                        " At temperature %.0f answers come %.2f times as fast with the draft (%.2f to %.2f).",
                        row.row().temperature(),
                        row.row().speedup(),
                        row.speedupInterval().low(),
                        row.speedupInterval().high()))
                .orElse("");
    }

    private BenchRow row(Mode mode, double temperature) {
        return rows.stream()
                .filter(row -> row.row().method().mode() == mode && row.row().temperature() == temperature)
                .findFirst()
                .orElseThrow();
    }

    private static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
