package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a quickstart is asked for.
 *
 * @param minutes time for everything, all parts of the run together, at least 0.2
 * @param folder where results and all states in between go
 * @param model the target; null = SmolLM2-135M, which is downloaded
 * @param device to compute on, by name; "" = the CPU with its best kernels
 * @param target how the target is loaded and computed
 * @param threads to compute with, 0 = one a core
 */
public record QuickstartOptions(
        double minutes, Path folder, @Nullable Path model, String device, TargetOptions target, int threads) {
    private static final double LEAST_MINUTES = 0.2;

    /** Checks the time. */
    public QuickstartOptions {
        if (!(minutes >= LEAST_MINUTES) || Double.isInfinite(minutes)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a quickstart needs at least " + LEAST_MINUTES + " minutes, found " + minutes);
        }
    }
}
