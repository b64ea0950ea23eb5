package org.gto4j.lab.cli;

import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Whole numbers of a range.
 *
 * @param least of them
 * @param most of them; the largest of the type: there is no such bound
 * @param unbounded what counts as no bound
 * @param value makes a value of a number in the range
 */
record WholeNumbers<T extends Number>(long least, long most, long unbounded, LongFunction<T> value)
        implements ValueType<T> {
    /** Ranges of so few numbers are listed. */
    private static final int LISTED = 3;

    private static final long MOST_SEED = 0xFFFF_FFFFL;

    static WholeNumbers<Integer> atLeast(int least) {
        return between(least, Integer.MAX_VALUE);
    }

    static WholeNumbers<Integer> between(int least, int most) {
        return new WholeNumbers<>(least, most, Integer.MAX_VALUE, number -> (int) number);
    }

    /** At least so many, and more than an int holds. */
    static WholeNumbers<Long> longAtLeast(long least) {
        return new WholeNumbers<>(least, Long.MAX_VALUE, Long.MAX_VALUE, number -> number);
    }

    /** All 32 bits of a seed, or the same numbers with a sign. */
    static ValueType<Integer> seed() {
        WholeNumbers<Integer> shown = new WholeNumbers<>(0, MOST_SEED, Long.MAX_VALUE, number -> (int) number);
        return new ValueType<>() {
            @Override
            public Integer read(String text, Place place) {
                return text.matches("-\\d{1,10}") && Long.parseLong(text) >= Integer.MIN_VALUE
                        ? Integer.valueOf((int) Long.parseLong(text))
                        : shown.read(text, place);
            }

            @Override
            public String range() {
                return shown.range();
            }

            @Override
            public String print(Integer value) {
                return Integer.toUnsignedString(value);
            }
        };
    }

    @Override
    public T read(String text, Place place) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return value.apply(number);
            }
        } catch (NumberFormatException e) {
            // Falls through to the message.
        }
        throw place.wrong(isListed() ? range() : "a whole number of " + words(), text);
    }

    private boolean isListed() {
        return most - least < LISTED && most > least;
    }

    private String words() {
        return most == unbounded ? "at least " + least : least + " to " + most;
    }

    @Override
    public String range() {
        if (isListed()) {
            return LongStream.range(least, most).mapToObj(Long::toString).collect(Collectors.joining(", ")) + " or "
                    + most;
        }
        return most == unbounded ? least + " or more" : least + " to " + most;
    }

    @Override
    public String print(T number) {
        return number.toString();
    }
}
