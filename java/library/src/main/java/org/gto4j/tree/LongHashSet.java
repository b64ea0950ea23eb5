package org.gto4j.tree;

import java.util.Arrays;

/** A set of numbers that grows, by open addressing. Not thread-safe. */
final class LongHashSet {
    private static final int LEAST = 1024;
    /** Stands for an empty place; a number that is it counts as {@link #INSTEAD}. */
    private static final long EMPTY = 0;

    private static final long INSTEAD = 1;

    private long[] places = new long[LEAST];
    private int size;

    void clear() {
        Arrays.fill(places, EMPTY);
        size = 0;
    }

    int size() {
        return size;
    }

    boolean contains(long number) {
        long wanted = number == EMPTY ? INSTEAD : number;
        return places[place(wanted)] == wanted;
    }

    void add(long number) {
        long added = number == EMPTY ? INSTEAD : number;
        int at = place(added);
        if (places[at] == EMPTY) {
            places[at] = added;
            if (2 * ++size > places.length) {
                grow();
            }
        }
    }

    private int place(long number) {
        int mask = places.length - 1;
        int at = (int) (number ^ number >>> Integer.SIZE) & mask;
        while (places[at] != EMPTY && places[at] != number) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] all = places;
        places = new long[2 * all.length];
        for (long number : all) {
            if (number != EMPTY) {
                places[place(number)] = number;
            }
        }
    }
}
