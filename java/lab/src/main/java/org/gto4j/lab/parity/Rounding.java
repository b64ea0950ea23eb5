package org.gto4j.lab.parity;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;

/**
 * How far the target's own rounding depends on the number of rows of a pass, measured by
 * {@link PlainReference#rounding}: kernels for one row and for several add up in another order, and those of quantised
 * weights round activations differently. No draft takes part in it.
 *
 * @param positions compared: once in a pass of one row, once in a pass of {@link PlainReference#ROWS}
 * @param flips positions where the passes choose different tokens, or a sampler draws different ones
 * @param widest largest change of the gap between the two best logits, at least 0
 */
public record Rounding(int positions, int flips, double widest) {
    /** Nothing measured. */
    public static final Rounding NONE = new Rounding(0, 0, 0);

    /**
     * How probable so many differences would be if they came as often as flips do, at each position alone: the binomial
     * test that compares two rates. 1 if nothing was measured.
     *
     * @param differences found, at least 0
     * @param compared positions they were found in, at least {@code differences}
     */
    public double chanceOf(int differences, long compared) {
        if (positions == 0 || compared == 0 || differences + flips == 0) {
            return 1;
        }
        return BinomialTest.withDefaults()
                .with(AlternativeHypothesis.GREATER_THAN)
                .test(differences + flips, differences, (double) compared / (compared + positions))
                .getPValue();
    }

    /**
     * What was measured on the texts of these comparisons, taken together. All ways of a text carry the same
     * measurement.
     */
    static Rounding ofTexts(Collection<ParityCheck> checks) {
        Map<List<String>, Rounding> texts = new HashMap<>();
        checks.forEach(check -> texts.put(List.of(check.dataset(), check.prompt()), check.rounding()));
        return texts.values().stream()
                .reduce(
                        NONE,
                        (a, b) -> new Rounding(
                                a.positions + b.positions, a.flips + b.flips, Math.max(a.widest, b.widest)));
    }
}
