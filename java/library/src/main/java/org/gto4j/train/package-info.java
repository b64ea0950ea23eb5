/**
 * The training loop: Phase I trains an EAGLE-3 draft on the target's own answers.
 *
 * <p>Map: {@link org.gto4j.train.Trainer} is the door; {@link org.gto4j.train.TrainingOptions} says what is trained
 * how, {@link org.gto4j.train.RunOptions} when it looks and stops; {@link org.gto4j.train.TrainingPlan} and
 * {@link org.gto4j.train.TrainingCosts} predict memory and hours. A run is a folder that can be killed and resumed bit
 * for bit. Phase II ({@link org.gto4j.gto}) adds a {@link org.gto4j.train.PolicyTerm} to the same loop.
 *
 * <p>Threads: a run belongs to one thread and one process.
 */
@NullMarked
package org.gto4j.train;

import org.jspecify.annotations.NullMarked;
