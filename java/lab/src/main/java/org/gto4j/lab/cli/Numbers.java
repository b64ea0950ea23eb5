package org.gto4j.lab.cli;

import java.math.BigDecimal;

/**
 * Finite numbers of a range.
 *
 * @param low end
 * @param withLow whether the low end is one of them
 * @param high end
 * @param withHigh whether the high end is one of them
 * @param orZero whether 0 is one of them, too, wherever the ends are
 */
record Numbers(double low, boolean withLow, double high, boolean withHigh, boolean orZero)
        implements ValueType<Double> {
    static Numbers any() {
        return new Numbers(Double.NEGATIVE_INFINITY, false, Double.POSITIVE_INFINITY, false, false);
    }

    static Numbers atLeast(double low) {
        return new Numbers(low, true, Double.POSITIVE_INFINITY, false, false);
    }

    static Numbers above(double low) {
        return new Numbers(low, false, Double.POSITIVE_INFINITY, false, false);
    }

    /** From 0 to 1, both among them. */
    static Numbers share() {
        return new Numbers(0, true, 1, true, false);
    }

    /** The same numbers without the low end. */
    Numbers withoutLow() {
        return new Numbers(low, false, high, withHigh, orZero);
    }

    /** The same numbers without the high end. */
    Numbers withoutHigh() {
        return new Numbers(low, withLow, high, false, orZero);
    }

    /** The same numbers up to another end, which is one of them. */
    Numbers upTo(double end) {
        return new Numbers(low, withLow, end, true, orZero);
    }

    /** The same numbers and 0. */
    Numbers orZeroToo() {
        return new Numbers(low, withLow, high, withHigh, true);
    }

    @Override
    public Double read(String text, Place place) {
        try {
            double number = Double.parseDouble(text);
            if (isIn(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the message.
        }
        throw place.wrong((orZero ? "0 or a number" : "a number") + words(), text);
    }

    private boolean isIn(double number) {
        return Double.isFinite(number)
                && (number > low || withLow && number == low || orZero && number == 0)
                && (number < high || withHigh && number == high);
    }

    private String words() {
        String start = low == Double.NEGATIVE_INFINITY
                ? ""
                : withLow ? (withHigh ? " of " : " of at least ") + print(low) : " above " + print(low);
        String end = high == Double.POSITIVE_INFINITY
                ? ""
                : withLow && withHigh
                        ? " to " + print(high)
                        : withHigh ? " and at most " + print(high) : " and below " + print(high);
        return start + end;
    }

    @Override
    public String range() {
        if (low == Double.NEGATIVE_INFINITY) {
            return "any number";
        }
        String start = (orZero ? "0 or " : "") + (withLow ? print(low) : "above " + print(low));
        if (high == Double.POSITIVE_INFINITY) {
            return withLow ? start + " or more" : start;
        }
        return withLow && withHigh
                ? start + " to " + print(high)
                : start + (withLow ? " or more" : "") + (withHigh ? ", at most " : ", below ") + print(high);
    }

    /** As short as it can be: "0.05", "1", "0.0001". */
    @Override
    public String print(Double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e9) {
            return Long.toString(Math.round(number));
        }
        // A float's own shortest form, where the number was one.
        String text = (float) (double) number == number ? Float.toString((float) (double) number) : number.toString();
        return text.contains("E") ? new BigDecimal(text).stripTrailingZeros().toPlainString() : text;
    }
}
