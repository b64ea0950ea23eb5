package org.gto4j.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a target's weights lie, and what it took to bring them there.
 *
 * @param packedBytes of weights packed for the device's kernels, in memory of their own
 * @param mappedBytes of weights that are read where they lie in the file, which stays mapped
 * @param movedBytes of weights in a GPU's memory, or packed by ggml's CPU backend
 * @param time what opening took, with packing
 * @param fallback why ggml's CPU backend computes the target rather than its device's kernels, or computes it without
 *     packed weights; null where all is as the device does it
 */
public record TargetLoading(
        long packedBytes,
        long mappedBytes,
        long movedBytes,
        Duration time,
        @Nullable String fallback) {}
