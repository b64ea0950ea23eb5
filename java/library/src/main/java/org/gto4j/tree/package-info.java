/**
 * Draft trees and the policies that grow them. Pure Java.
 *
 * <p>A {@link org.gto4j.tree.TreePolicy} says how trees are grown; its {@link org.gto4j.tree.TreePlanner} grows one
 * tree a cycle by asking a {@link org.gto4j.tree.Drafter} for children, level by level; the result is a
 * {@link org.gto4j.tree.DraftTree}.
 *
 * <pre>{@code
 * TreeDecoder decoder = TreeDecoder.builder(target).draft(draft).policy(new DynamicTree(60, 7, 10)).build();
 * }</pre>
 *
 * <p>Map: {@code CostAwareTree} (the default) weighs expected tokens against measured seconds; {@code DynamicTree} is
 * EAGLE-2's; {@code StaticTree} has a fixed shape; {@code Chain} is a single path; {@code PromptLookup} and
 * {@code NoTree} need no draft.
 *
 * <p>In sampled texts a node's last child may be drawn at random ({@link org.gto4j.tree.TreePolicy#drawing},
 * {@link org.gto4j.tree.DrawnChild}).
 *
 * <p>Threads: policies are immutable; a planner belongs to one decoder and isn't thread-safe.
 */
@NullMarked
package org.gto4j.tree;

import org.jspecify.annotations.NullMarked;
