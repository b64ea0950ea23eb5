package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
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
 * @param setBy who set each option, by its name
 * @param changed the options that aren't the defaults, by name
 */
public record QuickstartOptions(
        double minutes,
        Path folder,
        @Nullable Path model,
        String device,
        TargetOptions target,
        int threads,
        Map<String, String> setBy,
        Map<String, String> changed) {
    /** Least time for everything. */
    public static final double LEAST_MINUTES = 0.2;

    /** Checks the time and copies the maps. */
    public QuickstartOptions {
        setBy = Collections.unmodifiableMap(new LinkedHashMap<>(setBy));
        changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
        if (!(minutes >= LEAST_MINUTES) || Double.isInfinite(minutes)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a quickstart needs at least " + LEAST_MINUTES + " minutes, found " + minutes);
        }
    }
}
