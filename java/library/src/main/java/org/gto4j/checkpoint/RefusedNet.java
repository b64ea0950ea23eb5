package org.gto4j.checkpoint;

import java.util.Map;
import org.gto4j.error.GtoException;

/** What native code says of a net that it can't make, in the words of config.json. */
final class RefusedNet {
    /** By the fields of gto_draft_net. */
    private static final Map<String, String> CONFIG_FIELDS = Map.ofEntries(
            Map.entry("n_embd", "hidden_size"),
            Map.entry("n_head", "num_attention_heads"),
            Map.entry("n_head_kv", "num_key_value_heads"),
            Map.entry("head_dim", "head_dim"),
            Map.entry("n_head * head_dim", "num_attention_heads times head_dim"),
            Map.entry("n_ff", "intermediate_size"),
            Map.entry("n_draft_vocab", "draft_vocab_size"),
            Map.entry("n_ctx_train", "max_position_embeddings"),
            Map.entry("rope_base", "rope_theta"),
            Map.entry("rope scaling", "rope_scaling"),
            Map.entry("rms_eps", "rms_norm_eps"));

    private RefusedNet() {}

    /** The error of the file: its field, what was expected and found. */
    static GtoException of(CheckpointConfig config, GtoException refusal) {
        String message = String.valueOf(refusal.getMessage());
        int end = Math.max(0, message.indexOf(": "));
        String field = CONFIG_FIELDS.get(message.substring(0, end));
        return new GtoException(
                GtoException.Kind.FORMAT,
                config.layer().where()
                        + (field == null
                                ? ": no net for this target: " + message
                                : ": field " + field + message.substring(end)),
                refusal);
    }
}
