package org.gto4j.checkpoint;

import java.util.List;
import org.gto4j.model.DraftNet;
import org.gto4j.model.DraftNetPart;

/**
 * A tensor of the net under its names.
 *
 * @param draft as in a stock GGUF, and in {@link org.gto4j.model.DraftModel}
 * @param published in checkpoints; {@link #LAYER} stands for the name of the one layer
 * @param rotated whether its rows are heads that are rotated: transformers rotates the two halves of a head, a stock
 *     eagle3 net neighbours
 * @param isVector whether it is a norm or a bias
 */
record PublishedTensor(String draft, String published, boolean rotated, boolean isVector) {
    static final String LAYER = "layer.";
    static final String HEAD = "lm_head.weight";
    static final String EMBEDDING = "embed_tokens.weight";
    static final String DRAFT_TO_TARGET = "d2t";
    static final String TARGET_TO_DRAFT = "t2d";

    static final List<PublishedTensor> ALL = List.of(
            matrix("fc.weight", "fc.weight"),
            vector("fc.bias", "fc.bias"),
            vector("enc.output_norm.weight", "input_norm.weight"),
            vector("blk.0.attn_norm.weight", LAYER + "input_layernorm.weight"),
            vector("blk.0.attn_norm_2.weight", LAYER + "hidden_norm.weight"),
            new PublishedTensor("blk.0.attn_q.weight", LAYER + "self_attn.q_proj.weight", true, false),
            new PublishedTensor("blk.0.attn_k.weight", LAYER + "self_attn.k_proj.weight", true, false),
            matrix("blk.0.attn_v.weight", LAYER + "self_attn.v_proj.weight"),
            matrix("blk.0.attn_output.weight", LAYER + "self_attn.o_proj.weight"),
            new PublishedTensor("blk.0.attn_q.bias", LAYER + "self_attn.q_proj.bias", true, true),
            new PublishedTensor("blk.0.attn_k.bias", LAYER + "self_attn.k_proj.bias", true, true),
            vector("blk.0.attn_v.bias", LAYER + "self_attn.v_proj.bias"),
            vector("blk.0.attn_output.bias", LAYER + "self_attn.o_proj.bias"),
            vector("blk.0.ffn_norm.weight", LAYER + "post_attention_layernorm.weight"),
            matrix("blk.0.ffn_gate.weight", LAYER + "mlp.gate_proj.weight"),
            matrix("blk.0.ffn_up.weight", LAYER + "mlp.up_proj.weight"),
            matrix("blk.0.ffn_down.weight", LAYER + "mlp.down_proj.weight"),
            vector("output_norm.weight", "norm.weight"),
            matrix("output.weight", HEAD));

    private static PublishedTensor matrix(String draft, String published) {
        return new PublishedTensor(draft, published, false, false);
    }

    private static PublishedTensor vector(String draft, String published) {
        return new PublishedTensor(draft, published, false, true);
    }

    /** Whether a net has it. */
    boolean belongsTo(DraftNet net) {
        return switch (draft) {
            case "fc.bias" -> net.has(DraftNetPart.FC_BIAS);
            case "enc.output_norm.weight" -> net.has(DraftNetPart.NORM_BEFORE_FC);
            case "blk.0.attn_q.bias", "blk.0.attn_k.bias", "blk.0.attn_v.bias" -> net.has(DraftNetPart.QKV_BIAS);
            case "blk.0.attn_output.bias" -> net.has(DraftNetPart.OUTPUT_BIAS);
            default -> true;
        };
    }

    /** Rows and columns in a net. */
    long[] sides(DraftNet net, int targetWidth, int draftVocabulary) {
        long width = net.width();
        long queries = (long) net.heads() * net.headDim();
        long keys = (long) net.kvHeads() * net.headDim();
        long features = 3L * targetWidth;
        return switch (draft) {
            case "fc.weight" -> new long[] {width, features};
            case "enc.output_norm.weight" -> new long[] {features};
            case "blk.0.attn_q.weight" -> new long[] {queries, 2 * width};
            case "blk.0.attn_k.weight", "blk.0.attn_v.weight" -> new long[] {keys, 2 * width};
            case "blk.0.attn_output.weight" -> new long[] {width, queries};
            case "blk.0.attn_q.bias" -> new long[] {queries};
            case "blk.0.attn_k.bias", "blk.0.attn_v.bias" -> new long[] {keys};
            case "blk.0.ffn_gate.weight", "blk.0.ffn_up.weight" -> new long[] {net.feedForward(), width};
            case "blk.0.ffn_down.weight" -> new long[] {width, net.feedForward()};
            case "output.weight" -> new long[] {draftVocabulary, width};
            default -> new long[] {width};
        };
    }
}
