package org.gto4j.lab.cli;

import org.jspecify.annotations.Nullable;

/**
 * What counts where a parameter isn't given.
 *
 * @param value in general and in phase 1; null: nothing does
 * @param phaseTwo in phase 2
 * @param text for help; empty: nothing is said
 */
record DefaultValue<T>(@Nullable T value, @Nullable T phaseTwo, String text) {
    static <T> DefaultValue<T> none() {
        return new DefaultValue<>(null, null, "");
    }

    static <T> DefaultValue<T> of(T value, String text) {
        return new DefaultValue<>(value, value, text);
    }

    @Nullable T in(int phase) {
        return phase == 2 ? phaseTwo : value;
    }
}
