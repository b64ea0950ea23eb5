/**
 * Measures decoding on questions: tau, tokens a second, speed-up over plain decoding, with confidence intervals.
 *
 * <p>Map: {@link org.gto4j.lab.eval.Evaluator} asks each {@link org.gto4j.lab.eval.Variant} each question;
 * {@link org.gto4j.lab.eval.Summary} and {@link org.gto4j.lab.eval.Bench} make rows of the measurements.
 *
 * <p>Threads: one thread, on a quiet machine.
 */
@NullMarked
package org.gto4j.lab.eval;

import org.jspecify.annotations.NullMarked;
