/**
 * Group Tree Optimization (arXiv 2509.22134), from groups to the surrogate: Phase II of training.
 *
 * <p>The way of data: {@code GroupPositions} chooses positions of a text in groups; {@code Forest} grows the trees of
 * the draft and of its frozen reference there; {@link org.gto4j.gto.TreeScorer} asks the target about their distinct
 * nodes; {@link org.gto4j.gto.Reward} is the expected accepted length; {@code GroupRewards} compares both;
 * {@link org.gto4j.gto.Advantages} standardises a group; {@code Surrogate} clips the policy ratio of the longest
 * accepted sequence; {@code GroupTerm} hands one weight a row to the training loop.
 *
 * <pre>{@code
 * GroupTreeOptimization.run(target, draft, corpus, folder, training, GroupOptions.defaults(), run, listener);
 * }</pre>
 *
 * <p>{@link org.gto4j.gto.TreeGradient} is another Phase II: the gradient of the expected accepted length itself, made
 * smooth in which candidates a tree keeps.
 *
 * <p>Threads: a run belongs to one thread; options are immutable.
 */
@NullMarked
package org.gto4j.gto;

import org.jspecify.annotations.NullMarked;
