package org.gto4j.model;

import java.util.EnumSet;
import java.util.Set;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_draft_net;
import org.gto4j.engine.gto_rope_scaling;
import org.jspecify.annotations.Nullable;

/** Native side of {@link DraftNet}. */
final class EngineNet {
    private EngineNet() {}

    /** Fills {@code to}. */
    static void write(DraftNet net, int draftVocabulary, boolean targetHead, gto_draft_net to) {
        to.n_embd(net.width())
                .n_head(net.heads())
                .n_head_kv(net.kvHeads())
                .head_dim(net.headDim())
                .n_ff(net.feedForward())
                .n_draft_vocab(draftVocabulary)
                .n_ctx_train(net.context())
                .parts(net.parts().stream().mapToInt(EngineNet::flag).sum())
                .embedding_type(type(net.embedding()))
                .has_target_head(targetHead ? 1 : 0)
                .rope_base(net.ropeBase())
                .rms_eps(net.rmsEpsilon());
        for (int i = 0; i < net.taps().length; i++) {
            to.tap_layers(i, net.taps()[i]);
        }
        RopeScaling scaling = net.ropeScaling();
        to.rope()
                .kind(scaling.kind().ordinal())
                .factor(scaling.factor())
                .attention_factor(scaling.attentionFactor())
                .beta_fast(scaling.betaFast())
                .beta_slow(scaling.betaSlow())
                .low_frequency_factor(scaling.lowFrequencyFactor())
                .high_frequency_factor(scaling.highFrequencyFactor())
                .original_context(scaling.originalContext());
    }

    static DraftNet read(gto_draft_net net) {
        Set<DraftNetPart> parts = EnumSet.noneOf(DraftNetPart.class);
        for (DraftNetPart part : DraftNetPart.values()) {
            if ((net.parts() & flag(part)) != 0) {
                parts.add(part);
            }
        }
        return new DraftNet(
                net.n_embd(),
                net.n_head(),
                net.n_head_kv(),
                net.head_dim(),
                net.n_ff(),
                net.n_ctx_train(),
                new int[] {net.tap_layers(0), net.tap_layers(1), net.tap_layers(2)},
                parts,
                net.rope_base(),
                scaling(net.rope()),
                net.rms_eps(),
                type(net.embedding_type()));
    }

    private static RopeScaling scaling(gto_rope_scaling rope) {
        return switch (RopeScaling.Kind.values()[rope.kind()]) {
            case PLAIN -> RopeScaling.plain();
            case LINEAR -> RopeScaling.linear(rope.factor());
            case YARN ->
                RopeScaling.yarn(
                        rope.factor(),
                        rope.attention_factor(),
                        rope.beta_fast(),
                        rope.beta_slow(),
                        rope.original_context());
            case LLAMA3 ->
                RopeScaling.llama3(
                        rope.factor(),
                        rope.low_frequency_factor(),
                        rope.high_frequency_factor(),
                        rope.original_context());
            case FACTORS -> RopeScaling.ofFactors();
        };
    }

    private static int flag(DraftNetPart part) {
        return switch (part) {
            case NORM_BEFORE_RESIDUAL -> gto4j.GTO_NET_NORM_BEFORE_RESIDUAL;
            case NORM_BEFORE_FC -> gto4j.GTO_NET_NORM_BEFORE_FC;
            case FC_BIAS -> gto4j.GTO_NET_FC_BIAS;
            case QKV_BIAS -> gto4j.GTO_NET_QKV_BIAS;
            case OUTPUT_BIAS -> gto4j.GTO_NET_OUTPUT_BIAS;
        };
    }

    private static int type(@Nullable DraftFileType type) {
        if (type == null) {
            return -1;
        }
        return switch (type) {
            case F32 -> gto4j.GTO_TYPE_F32;
            case F16 -> gto4j.GTO_TYPE_F16;
            case BF16 -> gto4j.GTO_TYPE_BF16;
        };
    }

    private static @Nullable DraftFileType type(int number) {
        return switch (number) {
            case gto4j.GTO_TYPE_F32 -> DraftFileType.F32;
            case gto4j.GTO_TYPE_F16 -> DraftFileType.F16;
            case gto4j.GTO_TYPE_BF16 -> DraftFileType.BF16;
            default -> null;
        };
    }
}
