package org.gto4j.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** The random choices of one input: the same for the same seed and number. */
final class FuzzRandom {
    private static final String[] LETTERS = {
        "a",
        "Z",
        "0",
        " ",
        "\n",
        "\t",
        "\"",
        "\\",
        "é",
        "ß",
        "日",
        "本",
        "😀",
        "\u200d",
        "\u0301",
        "\u0000",
        "\u001b",
        "\ufeff",
        "\ud800",
        "\u2028",
        "<",
        "|",
        ">",
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "-",
        "<|im_end|>",
        "</s>"
    };
    private static final int[] INTEGERS = {
        0,
        1,
        -1,
        2,
        3,
        7,
        255,
        256,
        65535,
        65536,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE - 1,
        1 << 20,
        1 << 30
    };

    private final SplittableRandom random;

    FuzzRandom(long seed, long number) {
        random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ number * 0xBF58476D1CE4E5B9L);
    }

    /** 0..bound-1. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** With probability 1/n. */
    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    long anyLong() {
        return random.nextLong();
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    @SafeVarargs
    final <T> T of(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Mostly an integer at an edge. */
    int integer() {
        return oneIn(4) ? random.nextInt() : INTEGERS[below(INTEGERS.length)];
    }

    /** Mostly a number that means trouble. */
    double number() {
        return switch (below(9)) {
            case 0 -> Double.NaN;
            case 1 -> Double.POSITIVE_INFINITY;
            case 2 -> Double.NEGATIVE_INFINITY;
            case 3 -> 0;
            case 4 -> -1;
            case 5 -> 1e38;
            case 6 -> 1e-45;
            default -> random.nextDouble(-10, 10);
        };
    }

    /** Mostly short, now and then long; letters of many kinds. */
    String text() {
        int length = oneIn(30) ? between(1000, 20000) : below(12);
        StringBuilder text = new StringBuilder();
        String one = oneIn(5) ? LETTERS[below(LETTERS.length)] : null;
        for (int i = 0; i < length; i++) {
            text.append(one != null ? one : LETTERS[below(LETTERS.length)]);
        }
        return text.toString();
    }
}
