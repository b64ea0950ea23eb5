package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.gto4j.io.JsonFile;
import org.gto4j.model.RopeScaling;
import org.jspecify.annotations.Nullable;

/**
 * What config.json says of the net. speculators keeps the transformer's fields in an object of their own; the other
 * layouts have all in one.
 *
 * @param json the file
 * @param layer the fields of the transformer
 */
record CheckpointConfig(JsonFile json, JsonFile layer) {
    private static final String LAYER = "transformer_layer_config";
    private static final String ALGORITHM = "speculators_model_type";
    private static final String AUX_LAYERS = "eagle_aux_hidden_state_layer_ids";
    private static final String EAGLE = "eagle_config";
    private static final float DEFAULT_EPSILON = 1e-6f;
    private static final int MOST = 1 << 24;

    /** Fields that change what is computed, and the values that leave it as it is here. */
    private static final Map<String, List<String>> NEUTRAL = Map.ofEntries(
            Map.entry("num_hidden_layers", List.of("1")),
            Map.entry("hidden_act", List.of("silu", "swish")),
            Map.entry("mlp_bias", List.of("false")),
            Map.entry("fc_norm", List.of("false")),
            Map.entry("norm_output", List.of("false")),
            Map.entry("use_sliding_window", List.of("false")),
            Map.entry("partial_rotary_factor", List.of("1", "1.0")),
            Map.entry("logit_scale", List.of("1", "1.0")),
            Map.entry("is_causal", List.of("true")),
            Map.entry("num_experts", List.of("0")),
            Map.entry("num_local_experts", List.of("0")),
            Map.entry("n_routed_experts", List.of("0")),
            Map.entry("kv_lora_rank", List.of()),
            Map.entry("q_lora_rank", List.of()),
            Map.entry("quantization_config", List.of()),
            Map.entry("attn_logit_softcapping", List.of()),
            Map.entry("final_logit_softcapping", List.of()),
            Map.entry("use_qk_norm", List.of("false")),
            Map.entry("parallel_drafting", List.of("false")));

    static CheckpointConfig of(JsonFile json) {
        boolean isSpeculators = CheckpointJson.has(json, ALGORITHM) || CheckpointJson.has(json, LAYER);
        if (isSpeculators && !json.text(ALGORITHM).equals("eagle3")) {
            throw json.wrong(ALGORITHM, "eagle3");
        }
        CheckpointConfig config = new CheckpointConfig(json, isSpeculators ? json.object(LAYER) : json);
        config.requireNeutral(json);
        config.requireNeutral(config.layer);
        return config;
    }

    private void requireNeutral(JsonFile fields) {
        NEUTRAL.forEach((field, values) -> {
            if (CheckpointJson.has(fields, field)
                    && !values.contains(fields.json().get(field).asText())) {
                throw fields.wrong(
                        field, values.isEmpty() ? "nothing: it isn't supported" : String.join(" or ", values));
            }
        });
        for (JsonNode type : fields.json().path("layer_types")) {
            if (!type.asText().equals("full_attention")) {
                throw fields.wrong("layer_types", "full_attention alone");
            }
        }
    }

    int width() {
        return whole(layer, "hidden_size");
    }

    int heads() {
        return whole(layer, "num_attention_heads");
    }

    int kvHeads() {
        return CheckpointJson.has(layer, "num_key_value_heads") ? whole(layer, "num_key_value_heads") : heads();
    }

    int headDim() {
        return CheckpointJson.has(layer, "head_dim") ? whole(layer, "head_dim") : width() / heads();
    }

    int feedForward() {
        return whole(layer, "intermediate_size");
    }

    int vocabulary() {
        return whole(layer, "vocab_size");
    }

    /** Of the draft: the target's, if nothing is said. */
    int draftVocabulary() {
        return CheckpointJson.has(json, "draft_vocab_size") ? whole(json, "draft_vocab_size") : vocabulary();
    }

    int targetWidth() {
        return CheckpointJson.has(json, "target_hidden_size") ? whole(json, "target_hidden_size") : width();
    }

    int context(int otherwise) {
        return CheckpointJson.has(layer, "max_position_embeddings")
                ? layer.whole("max_position_embeddings", 1)
                : otherwise;
    }

    float epsilon() {
        return CheckpointJson.has(layer, "rms_norm_eps") ? (float) layer.number("rms_norm_eps", 0) : DEFAULT_EPSILON;
    }

    float ropeTheta() {
        return RopeFields.theta(layer);
    }

    RopeScaling ropeScaling() {
        return RopeFields.scaling(layer);
    }

    boolean tiesHead() {
        return isTrue(layer, "tie_word_embeddings") || isTrue(json, "tie_word_embeddings");
    }

    boolean isTrue(String field) {
        return isTrue(json, field);
    }

    /** Whether a field of the transformer says so; null if there is none. */
    @Nullable Boolean stated(String field) {
        return CheckpointJson.has(layer, field) ? (Boolean) layer.truth(field) : null;
    }

    /**
     * Blocks of the target whose inputs are the features, or null if nothing is said. vLLM and speculators count
     * inputs; SGLang's object counts the blocks whose outputs they are.
     */
    int @Nullable [] taps() {
        if (CheckpointJson.has(json, AUX_LAYERS)) {
            return three(json, json.ints(AUX_LAYERS));
        }
        if (!CheckpointJson.has(json, EAGLE)) {
            return null;
        }
        JsonFile eagle = json.object(EAGLE);
        if (CheckpointJson.has(eagle, "use_aux_hidden_state") && !eagle.truth("use_aux_hidden_state")) {
            throw eagle.wrong("use_aux_hidden_state", "true");
        }
        if (!CheckpointJson.has(eagle, AUX_LAYERS)) {
            return null;
        }
        int[] outputs = three(eagle, eagle.ints(AUX_LAYERS));
        for (int i = 0; i < outputs.length; i++) {
            outputs[i]++;
        }
        return outputs;
    }

    private static int[] three(JsonFile fields, int[] layers) {
        if (layers.length != 3) {
            throw fields.wrong(AUX_LAYERS, "three blocks");
        }
        for (int layer : layers) {
            if (layer < -1 || layer > MOST) {
                throw fields.wrong(AUX_LAYERS, "blocks of the target");
            }
        }
        return layers;
    }

    private static boolean isTrue(JsonFile fields, String field) {
        return CheckpointJson.has(fields, field) && fields.truth(field);
    }

    private static int whole(JsonFile fields, String field) {
        return (int) fields.whole(field, 1, MOST);
    }
}
