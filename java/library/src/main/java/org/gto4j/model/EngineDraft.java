package org.gto4j.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_draft;
import org.gto4j.engine.gto_draft_config;
import org.gto4j.engine.gto_draft_info;
import org.gto4j.engine.gto_draft_net;
import org.gto4j.engine.gto_draft_session;

/** Native side of {@link DraftModel}. */
final class EngineDraft {
    final gto_draft handle;

    private EngineDraft(gto_draft handle) {
        this.handle = handle;
    }

    static EngineDraft create(EngineTarget target, DraftConfig config) {
        gto_draft draft = new gto_draft();
        int[] vocabulary = config.vocabulary();
        int[] taps = config.taps();
        try (gto_draft_config c = new gto_draft_config()) {
            c.n_draft_vocab(vocabulary.length)
                    .seed(config.seed())
                    .init(
                            switch (config.init()) {
                                case RANDOM -> gto4j.GTO_INIT_RANDOM;
                                case TARGET -> gto4j.GTO_INIT_TARGET;
                            });
            for (int i = 0; i < taps.length; i++) {
                c.tap_layers(i, taps[i]);
            }
            Engine.check(gto4j.gto_draft_create(target.handle, c, vocabulary, draft));
        }
        return new EngineDraft(draft);
    }

    static Set<DraftPart> parts(EngineTarget target) {
        int[] parts = {0};
        Engine.check(gto4j.gto_draft_parts(target.handle, parts));
        return Arrays.stream(DraftPart.values())
                .filter(part -> (parts[0] & flag(part)) != 0)
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(() -> EnumSet.noneOf(DraftPart.class)), Collections::unmodifiableSet));
    }

    private static int flag(DraftPart part) {
        return switch (part) {
            case ATTENTION -> gto4j.GTO_PART_ATTENTION;
            case FEED_FORWARD -> gto4j.GTO_PART_FEED_FORWARD;
            case OUTPUT_NORM -> gto4j.GTO_PART_OUTPUT_NORM;
            case HEAD -> gto4j.GTO_PART_HEAD;
        };
    }

    static EngineDraft create(EngineTarget target, DraftNet net, int[] vocabulary, boolean targetHead) {
        gto_draft draft = new gto_draft();
        try (gto_draft_net n = new gto_draft_net()) {
            EngineNet.write(net, vocabulary.length, targetHead, n);
            Engine.check(gto4j.gto_draft_create_net(target.handle, n, vocabulary, draft));
        }
        return new EngineDraft(draft);
    }

    DraftNet net() {
        try (gto_draft_net net = gto4j.gto_draft_net_of(handle)) {
            return EngineNet.read(net);
        }
    }

    Optional<ContextVocabulary> contextVocabulary() {
        float[] offset = {0};
        float[] bonus = {0};
        return gto4j.gto_draft_context_vocabulary(handle, offset, bonus)
                ? Optional.of(new ContextVocabulary(offset[0], bonus[0]))
                : Optional.empty();
    }

    void setContextVocabulary(Optional<ContextVocabulary> vocabulary) {
        Engine.check(gto4j.gto_draft_set_context_vocabulary(
                handle,
                vocabulary.isPresent(),
                vocabulary.map(ContextVocabulary::offset).orElse(0f),
                vocabulary.map(ContextVocabulary::bigramBonus).orElse(0f)));
    }

    void scale(float[] out) {
        Engine.check(gto4j.gto_draft_get_scale(handle, out));
    }

    void getEmbedding(long first, float[] out) {
        Engine.check(gto4j.gto_draft_get_embedding(handle, first, out.length, out));
    }

    void setEmbedding(long first, float[] values) {
        Engine.check(gto4j.gto_draft_set_embedding(handle, first, values.length, values));
    }

    static EngineDraft load(EngineTarget target, String path) {
        gto_draft draft = new gto_draft();
        Engine.check(gto4j.gto_draft_load(target.handle, path, draft));
        return new EngineDraft(draft);
    }

    EngineDraft copy() {
        gto_draft draft = new gto_draft();
        Engine.check(gto4j.gto_draft_copy(handle, draft));
        return new EngineDraft(draft);
    }

    void save(String path, String type) {
        Engine.check(gto4j.gto_draft_save(handle, path, type));
    }

    DraftInfo info() {
        try (gto_draft_info i = gto4j.gto_draft_describe(handle)) {
            int[] taps = {i.tap_layers(0), i.tap_layers(1), i.tap_layers(2)};
            return new DraftInfo(
                    i.n_embd(),
                    i.n_head(),
                    i.n_head_kv(),
                    i.head_dim(),
                    i.n_ff(),
                    i.n_vocab(),
                    i.n_draft_vocab(),
                    taps,
                    i.rope_base(),
                    i.rms_eps(),
                    i.n_params());
        }
    }

    int[] vocabulary(int size) {
        int[] d2t = new int[size];
        gto4j.gto_draft_d2t(handle, d2t);
        return d2t;
    }

    void fitScale(EngineFeatures sample) {
        Engine.check(gto4j.gto_draft_fit_scale(handle, sample.handle));
    }

    List<String> tensorNames() {
        return IntStream.range(0, gto4j.gto_draft_tensor_count(handle))
                .mapToObj(i -> Engine.string(gto4j.gto_draft_tensor_name(handle, i)))
                .toList();
    }

    long tensorSize(int index) {
        return gto4j.gto_draft_tensor_size(handle, index);
    }

    void getValues(int index, long first, float[] out) {
        Engine.check(gto4j.gto_draft_get_values(handle, index, first, out.length, out));
    }

    void setValues(int index, long first, float[] values) {
        Engine.check(gto4j.gto_draft_set_values(handle, index, first, values.length, values));
    }

    float[] tensor(int index) {
        float[] values = new float[Math.toIntExact(tensorSize(index))];
        Engine.check(gto4j.gto_draft_get_tensor(handle, index, values));
        return values;
    }

    void setTensor(int index, float[] values) {
        Engine.check(gto4j.gto_draft_set_tensor(handle, index, values));
    }

    EngineDraftSession newSession(int context, int maxNodes) {
        return newSession(context, maxNodes, gto4j.GTO_TYPE_F32);
    }

    EngineDraftSession newSession(int context, int maxNodes, DraftWeights rounded) {
        return newSession(
                context,
                maxNodes,
                switch (rounded) {
                    case Q8_0 -> gto4j.GTO_TYPE_Q8_0;
                    case Q4_0 -> gto4j.GTO_TYPE_Q4_0;
                });
    }

    EngineDraftSession newSession(int context, int maxNodes, Precision products) {
        return newSession(context, maxNodes, products == Precision.F32 ? gto4j.GTO_TYPE_F32 : gto4j.GTO_TYPE_BF16);
    }

    private EngineDraftSession newSession(int context, int maxNodes, int type) {
        gto_draft_session session = new gto_draft_session();
        Engine.check(gto4j.gto_draft_session_open(handle, context, maxNodes, type, session));
        return new EngineDraftSession(session);
    }

    void free() {
        gto4j.gto_draft_free(handle);
    }
}
