package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.model.DraftInfo;
import org.gto4j.model.DraftNet;
import org.gto4j.model.DraftNetPart;

/** config.json of a folder. */
final class ExportedConfig {
    private static final String AUX_LAYERS = "eagle_aux_hidden_state_layer_ids";

    private final DraftInfo info;
    private final DraftNet net;
    private final ExportOptions options;

    ExportedConfig(DraftInfo info, DraftNet net, ExportOptions options) {
        this.info = info;
        this.net = net;
        this.options = options;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (options.format()) {
            case SGLANG -> writeSglang(json);
            case SPECULATORS -> writeSpeculators(json);
        }
        return json;
    }

    private void writeSglang(ObjectNode json) {
        json.putArray("architectures").add("LlamaForCausalLMEagle3");
        writeLayer(json);
        json.put("bias", net.has(DraftNetPart.FC_BIAS));
        json.put("draft_vocab_size", info.draftVocabulary());
        json.put("target_hidden_size", info.hidden());
        ObjectNode eagle = json.putObject("eagle_config");
        ArrayNode outputs = eagle.putArray(AUX_LAYERS);
        for (int tap : net.taps()) {
            outputs.add(tap - 1); // SGLang counts the blocks whose outputs are read
        }
        eagle.put("use_aux_hidden_state", true);
    }

    private void writeSpeculators(ObjectNode json) {
        json.putArray("architectures").add("Eagle3DraftModel");
        json.put("speculators_model_type", "eagle3");
        json.put("tie_word_embeddings", false);
        json.put("draft_vocab_size", info.draftVocabulary());
        json.put("norm_before_residual", net.has(DraftNetPart.NORM_BEFORE_RESIDUAL));
        json.put("norm_before_fc", net.has(DraftNetPart.NORM_BEFORE_FC));
        if (net.width() == info.hidden()) {
            json.putNull("target_hidden_size");
        } else {
            json.put("target_hidden_size", info.hidden());
        }
        ArrayNode taps = json.putArray(AUX_LAYERS);
        for (int tap : net.taps()) {
            taps.add(tap);
        }
        writeDtype(json, "dtype");
        ObjectNode speculators = json.putObject("speculators_config");
        speculators.put("algorithm", "eagle3");
        speculators.put("default_proposal_method", "greedy");
        speculators
                .putArray("proposal_methods")
                .addObject()
                .put("proposal_type", "greedy")
                .put("speculative_tokens", options.speculativeTokens());
        ObjectNode verifier = speculators.putObject("verifier");
        verifier.putArray("architectures");
        verifier.put("name_or_path", options.verifier());
        writeLayer(json.putObject("transformer_layer_config"));
    }

    private void writeLayer(ObjectNode layer) {
        layer.put("model_type", "llama");
        layer.put("hidden_size", net.width());
        layer.put("intermediate_size", net.feedForward());
        layer.put("num_hidden_layers", 1);
        layer.put("num_attention_heads", net.heads());
        layer.put("num_key_value_heads", net.kvHeads());
        layer.put("head_dim", net.headDim());
        layer.put("hidden_act", "silu");
        layer.put("attention_bias", net.has(DraftNetPart.QKV_BIAS));
        layer.put("mlp_bias", false);
        layer.put("max_position_embeddings", net.context());
        layer.put("rms_norm_eps", net.rmsEpsilon());
        layer.put("tie_word_embeddings", false);
        layer.put("vocab_size", info.vocabulary());
        RopeFields.write(layer, net.ropeBase(), net.ropeScaling());
        writeDtype(layer, "torch_dtype");
    }

    private void writeDtype(ObjectNode json, String field) {
        json.put(
                field,
                switch (options.type()) {
                    case F32 -> "float32";
                    case F16 -> "float16";
                    case BF16 -> "bfloat16";
                });
    }
}
