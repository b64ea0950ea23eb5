package org.gto4j.lab.figure;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * The round numbers of an axis: multiples of a step, which is 1, 2 or 5 times a power of ten.
 *
 * @param mantissa 1, 2 or 5
 * @param exponent of ten
 * @param first number of the first multiple
 * @param last number of the last one
 */
record RoundSteps(int mantissa, int exponent, long first, long last) {
    private static final int[] MANTISSAS = {1, 2, 5};
    /** A bound that is off a multiple by less of a step than this is the multiple. */
    private static final double SLACK = 1e-9;
    /** Steps below this power of ten are written like 2e-5. */
    private static final int SMALL = -4;

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    /**
     * The multiples between two bounds, by the smallest step that makes them at most {@code most}.
     *
     * @param high more than {@code low}
     * @param most at least 3
     * @param whole whether a step is at least 1
     */
    static RoundSteps inside(double low, double high, int most, boolean whole) {
        return smallest(
                whole ? Math.max(0, exponent(low, high, most)) : exponent(low, high, most),
                most,
                step -> new Multiples(Math.ceil(low / step - SLACK), Math.floor(high / step + SLACK)));
    }

    /** The same with the multiples next to them: the first is at most {@code low}, the last at least {@code high}. */
    static RoundSteps around(double low, double high, int most) {
        return smallest(
                exponent(low, high, most),
                most,
                step -> new Multiples(Math.floor(low / step + SLACK), Math.ceil(high / step - SLACK)));
    }

    private record Multiples(double first, double last) {}

    /** Of a step that may be too small, and isn't too large. */
    private static int exponent(double low, double high, int most) {
        return (int) Math.floor(Math.log10((high - low) / most));
    }

    private static RoundSteps smallest(int leastExponent, int most, Function<Double, Multiples> multiples) {
        for (int i = 0; ; i++) {
            int mantissa = MANTISSAS[i % MANTISSAS.length];
            int exponent = leastExponent + i / MANTISSAS.length;
            Multiples found = multiples.apply(mantissa * Math.pow(10, exponent));
            if (found.last - found.first < most) {
                return new RoundSteps(mantissa, exponent, (long) found.first, (long) found.last);
            }
        }
    }

    /** The numbers themselves, without a rounding error. */
    List<BigDecimal> values() {
        return LongStream.rangeClosed(first, last).mapToObj(this::value).toList();
    }

    private BigDecimal value(long multiple) {
        return BigDecimal.valueOf(multiple * mantissa).scaleByPowerOfTen(exponent);
    }

    double lowest() {
        return value(first).doubleValue();
    }

    double highest() {
        return value(last).doubleValue();
    }

    /** One a value: as many decimals as the step has; millions as M. */
    List<String> labels() {
        boolean millions = Math.max(Math.abs(lowest()), Math.abs(highest())) >= MILLION.doubleValue();
        return values().stream()
                .map(value -> value.signum() == 0 ? "0" : millions ? millions(value) : label(value))
                .toList();
    }

    private String label(BigDecimal value) {
        return exponent < SMALL
                ? Figures.scientific(value)
                : String.format(Locale.ROOT, "%,." + Math.max(0, -exponent) + "f", value);
    }

    private static String millions(BigDecimal value) {
        return Figures.plain(value.divide(MILLION)) + "M";
    }
}
