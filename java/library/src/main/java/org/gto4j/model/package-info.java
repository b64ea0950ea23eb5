/**
 * Handles of native models. This is the one package that calls native code.
 *
 * <p>Map: {@link org.gto4j.model.TargetModel} is a GGUF language model, {@link org.gto4j.model.TargetSession} its cache
 * and passes; {@link org.gto4j.model.DraftModel} is an EAGLE-3 net, {@link org.gto4j.model.DraftSession} grows its
 * trees, {@link org.gto4j.model.DraftTrainer} trains it. {@link org.gto4j.model.Features} carry the target's hidden
 * states from one to the other and never enter Java. {@link org.gto4j.model.Device} says what computes.
 *
 * <pre>{@code
 * try (TargetModel target = TargetModel.open(path); TargetSession session = target.newSession(SessionOptions.defaults())) {
 *     int[] prompt = target.tokenize("Once upon a time", true);
 *     ...
 * }
 * }</pre>
 *
 * <p>Threads: each handle may be called from any thread; calls of one handle run one at a time. {@code close()} waits
 * for the call in flight, and a closed handle throws {@link java.lang.IllegalStateException}.
 */
@NullMarked
package org.gto4j.model;

import org.jspecify.annotations.NullMarked;
