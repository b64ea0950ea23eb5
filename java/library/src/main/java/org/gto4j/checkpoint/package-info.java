/**
 * Drafts as other projects publish them: folders with a config.json and weights in safetensors or PyTorch's .bin.
 *
 * <p>{@link org.gto4j.checkpoint.DraftCheckpoint} makes drafts of the layouts of EAGLE, SGLang and SpecForge, AngelSlim
 * and speculators; {@link org.gto4j.checkpoint.DraftExport} writes folders that SGLang and vLLM load.
 *
 * <pre>{@code
 * try (DraftCheckpoint checkpoint = DraftCheckpoint.open(Path.of("EAGLE3-LLaMA3.1-Instruct-8B"));
 *         DraftModel draft = checkpoint.load(target, ImportOptions.builder().build())) {
 *     draft.save(Path.of("draft.gguf"), checkpoint.fileType());
 * }
 * }</pre>
 *
 * <p>Nothing in a file is executed, and every length is checked against the file before it is believed.
 */
@NullMarked
package org.gto4j.checkpoint;

import org.jspecify.annotations.NullMarked;
