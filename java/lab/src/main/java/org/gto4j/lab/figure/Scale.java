package org.gto4j.lab.figure;

/**
 * Where values lie in a picture.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}, more than {@code low}
 * @param from coordinate
 * @param to coordinate
 */
record Scale(double low, double high, double from, double to) {
    /** The coordinate of a value. */
    double at(double value) {
        return from + (value - low) / (high - low) * (to - from);
    }
}
