package org.gto4j.model;

import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request among those that were verified together.
 *
 * @param verification null if it failed
 * @param failure null if it didn't: kind NUMERIC if its logits are not finite, ARGUMENT if its sampler allows no token
 */
public record TreeOutcome(
        @Nullable Verification verification, @Nullable GtoException failure) {}
