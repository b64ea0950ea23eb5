/**
 * Decoding: what a user touches first.
 *
 * <p>{@link org.gto4j.TreeDecoder} answers one request after the other, {@link org.gto4j.BatchDecoder} many at once.
 * Both give the text that the target alone would give; a draft makes them faster.
 *
 * <pre>{@code
 * try (TargetModel target = TargetModel.open(Path.of("model.gguf"));
 *      DraftModel draft = DraftModel.load(target, Path.of("draft.gguf"));
 *      TreeDecoder decoder = TreeDecoder.builder(target).draft(draft).build()) {
 *     Generation answer = decoder.chat(List.of(ChatMessage.user("Why is the sky blue?")), GenerationOptions.defaults(), System.out::print);
 * }
 * }</pre>
 *
 * <p>Map: the models are in {@link org.gto4j.model}, the trees in {@link org.gto4j.tree}, texts to train on in
 * {@link org.gto4j.data}, training in {@link org.gto4j.train} and {@link org.gto4j.gto}.
 *
 * <p>Threads: a {@code TreeDecoder} may be called from any thread, one call at a time; the others wait. A
 * {@code BatchDecoder} takes requests from all threads. Options and results are immutable.
 *
 * <p>Everything that is {@link java.lang.AutoCloseable} must be closed. The order doesn't matter: what was opened from
 * a handle keeps its native part alive.
 */
@NullMarked
package org.gto4j;

import org.jspecify.annotations.NullMarked;
