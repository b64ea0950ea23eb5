package org.gto4j.checkpoint;

/** Who loads a folder that {@link DraftExport} writes. */
public enum CheckpointFormat {
    /** SGLang, as LlamaForCausalLMEagle3; SpecForge and EAGLE's own code read the same names. */
    SGLANG,
    /** The package speculators, and vLLM through its config.json. */
    SPECULATORS
}
