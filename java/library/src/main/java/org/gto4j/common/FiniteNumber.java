package org.gto4j.common;

import org.jspecify.annotations.Nullable;

/** Numbers for JSON, which has no NaN. */
public final class FiniteNumber {
    private FiniteNumber() {}

    /** The value, or null if it is not finite. */
    public static @Nullable Double orNull(double value) {
        return Double.isFinite(value) ? value : null;
    }
}
