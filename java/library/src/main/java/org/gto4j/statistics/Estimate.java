package org.gto4j.statistics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.gto4j.common.FiniteNumber;

/**
 * A value and how sure it is.
 *
 * @param value NaN if there is nothing to estimate it from
 * @param interval its 95% bootstrap interval over texts
 */
public record Estimate(double value, Interval interval) {
    /** sum(numerators) / sum(denominators), one of each a text; for errors see {@link Bootstrap#ratio}. */
    public static Estimate ratio(double[] numerators, double[] denominators, Bootstrap bootstrap) {
        return new Estimate(
                Arrays.stream(numerators).sum() / Arrays.stream(denominators).sum(),
                bootstrap.ratio(numerators, denominators));
    }

    /** The first ratio less the second, as {@link Bootstrap#difference} has them. */
    public static Estimate difference(
            double[] numerators,
            double[] denominators,
            double[] otherNumerators,
            double[] otherDenominators,
            Bootstrap bootstrap) {
        double value =
                Arrays.stream(numerators).sum() / Arrays.stream(denominators).sum()
                        - Arrays.stream(otherNumerators).sum()
                                / Arrays.stream(otherDenominators).sum();
        return new Estimate(value, bootstrap.difference(numerators, denominators, otherNumerators, otherDenominators));
    }

    /** Fields value and ci95 [lo, hi]; what is not a number is null. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("value", FiniteNumber.orNull(value));
        json.putArray("ci95").add(FiniteNumber.orNull(interval.low())).add(FiniteNumber.orNull(interval.high()));
        return json;
    }

    /**
     * The value and its interval as two table cells, "-" for what is not a number.
     *
     * @param format of a number, e.g. "%.2f"
     */
    public List<String> cells(String format) {
        return Double.isFinite(value)
                ? List.of(
                        number(format, value),
                        "[" + number(format, interval.low()) + ", " + number(format, interval.high()) + "]")
                : List.of("-", "-");
    }

    private static String number(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
