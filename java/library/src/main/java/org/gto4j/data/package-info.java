/**
 * Texts to train on: read, written by the target, masked, and kept in a corpus folder.
 *
 * <p>Map: {@link org.gto4j.data.SourceFile} reads prompts, conversations and texts of all forms;
 * {@link org.gto4j.data.Regenerator} lets the target answer prompts; {@link org.gto4j.data.Prefiller} takes answers as
 * they are; both fill a {@link org.gto4j.data.Corpus}.
 *
 * <pre>{@code
 * List<Prompt> prompts = PromptFile.read(Path.of("prompts.jsonl"), OnBrokenLine.FAIL).texts();
 * Regenerator.run(target, prompts, RegenerationOptions.defaults(), Path.of("corpus"), progress -> { });
 * }</pre>
 *
 * <p>Threads: one process owns a corpus folder while it writes; any number read it. Objects are made for one thread,
 * records are immutable.
 */
@NullMarked
package org.gto4j.data;

import org.jspecify.annotations.NullMarked;
