package org.gto4j.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_drawn_children;
import org.gto4j.engine.gto_features;
import org.gto4j.engine.gto_sampler;
import org.gto4j.engine.gto_session;
import org.gto4j.engine.gto_session_options;
import org.gto4j.engine.gto_session_times;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/** Native side of {@link TargetSession}. */
final class EngineSession {
    private final gto_session handle;
    private final EngineScratch scratch = new EngineScratch();
    private final EngineScratch.Ints tokensIn = scratch.ints();
    private final EngineScratch.Ints parentsIn = scratch.ints();
    private final EngineScratch.Ints drawsIn = scratch.ints();
    private final EngineScratch.Ints sequencesIn = scratch.ints();
    private final EngineScratch.Ints positionsIn = scratch.ints();
    private final EngineScratch.Ints rootsIn = scratch.ints();
    private final EngineScratch.Ints beginsIn = scratch.ints();
    private final EngineScratch.Ints statusOut = scratch.ints();
    private final EngineScratch.Ints pathOut = scratch.ints();
    private final EngineScratch.Ints acceptedOut = scratch.ints();
    private final EngineScratch.Ints nextOut = scratch.ints();

    private EngineSession(gto_session handle) {
        this.handle = handle;
    }

    static EngineSession open(EngineTarget target, SessionOptions options, TargetOptions defaults) {
        gto_session session = new gto_session();
        CacheType cacheType = Objects.requireNonNullElse(options.cacheType(), defaults.cacheType());
        FlashAttention flashAttention = Objects.requireNonNullElse(options.flashAttention(), defaults.flashAttention());
        int[] taps = options.taps();
        try (gto_session_options o = gto4j.gto_session_options_default()) {
            o.n_ctx(options.context())
                    .n_batch(options.batch())
                    .n_seq_max(options.sequences())
                    .taps(taps != null)
                    .hidden(options.hidden())
                    .many_texts(options.manyTexts())
                    .cache_type(constant(cacheType))
                    .flash_attention(constant(flashAttention));
            for (int i = 0; taps != null && i < taps.length; i++) {
                o.tap_layers(i, taps[i]);
            }
            Engine.check(gto4j.gto_session_open(target.handle, o, session));
        }
        return new EngineSession(session);
    }

    private static int constant(CacheType type) {
        return switch (type) {
            case F16 -> gto4j.GTO_CACHE_F16;
            case F32 -> gto4j.GTO_CACHE_F32;
            case BF16 -> gto4j.GTO_CACHE_BF16;
            case Q8_0 -> gto4j.GTO_CACHE_Q8_0;
        };
    }

    private static int constant(FlashAttention how) {
        return switch (how) {
            case AUTO -> gto4j.GTO_FLASH_ATTENTION_AUTO;
            case ON -> gto4j.GTO_FLASH_ATTENTION_ON;
            case OFF -> gto4j.GTO_FLASH_ATTENTION_OFF;
        };
    }

    void decode(int[] tokens, int[] positions, int[][] sequences, boolean[] output) {
        byte[] wanted = new byte[output.length];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = (byte) (output[i] ? 1 : 0);
        }
        Engine.check(gto4j.gto_session_decode(
                handle,
                tokens.length,
                tokens,
                positions,
                Engine.begins(sequences),
                Engine.concatenated(sequences),
                wanted));
    }

    void prefill(
            int sequence,
            int position,
            int[] tokens,
            int outputFrom,
            @Nullable EngineFeatures capture,
            int @Nullable [] argmax) {
        Engine.check(gto4j.gto_session_prefill(
                handle, sequence, position, tokens.length, tokens, outputFrom, orNull(capture), argmax));
    }

    int[] sample(int[] rows, EngineSampler[] samplers) {
        gto_sampler[] chains =
                Arrays.stream(samplers).map(sampler -> sampler.handle).toArray(gto_sampler[]::new);
        try (PointerPointer<gto_sampler> list = new PointerPointer<>(chains)) {
            IntPointer drawn = pathOut.room(rows.length);
            Engine.check(gto4j.gto_session_sample(handle, rows.length, tokensIn.of(rows), list, drawn));
            return pathOut.get(rows.length);
        }
    }

    int[] argmax(int[] rows) {
        int[] tokens = new int[rows.length];
        Engine.check(gto4j.gto_session_argmax(handle, rows.length, rows, tokens));
        return tokens;
    }

    float[] probabilities(int[] rows, int[] tokens, float temperature) {
        float[] p = new float[rows.length];
        Engine.check(gto4j.gto_session_probabilities(handle, rows.length, rows, tokens, temperature, p));
        return p;
    }

    float[] logits(int row, int vocabulary) {
        float[] logits = new float[vocabulary];
        Engine.check(gto4j.gto_session_logits(handle, row, logits));
        return logits;
    }

    void capture(int[] rows, EngineFeatures into) {
        Engine.check(gto4j.gto_session_capture(handle, rows.length, rows, into.handle));
    }

    void copySequence(int from, int to, int p0, int p1) {
        Engine.check(gto4j.gto_session_copy_sequence(handle, from, to, p0, p1));
    }

    void remove(int sequence, int p0, int p1) {
        Engine.check(gto4j.gto_session_remove(handle, sequence, p0, p1));
    }

    void clear() {
        Engine.check(gto4j.gto_session_clear(handle));
    }

    int context() {
        return gto4j.gto_session_n_ctx(handle);
    }

    Verification verify(
            int sequence,
            int position,
            int root,
            int[] tokens,
            int[] parents,
            EngineSampler sampler,
            @Nullable EngineFeatures features) {
        Engine.check(gto4j.gto_session_verify(
                handle,
                sequence,
                position,
                root,
                tokens.length,
                tokensIn.of(tokens),
                parentsIn.of(parents),
                sampler.handle,
                orNull(features),
                pathOut.room(tokens.length),
                acceptedOut.room(1),
                nextOut.room(1)));
        return new Verification(pathOut.get(acceptedOut.get(1)[0]), nextOut.get(1)[0]);
    }

    NativeTimes.Target times() {
        try (gto_session_times t = gto4j.gto_session_spent(handle)) {
            return new NativeTimes.Target(t.calls(), t.waited(), t.decode(), t.draw(), t.features());
        }
    }

    List<TreeOutcome> verify(List<TreeRequest> requests) {
        int n = requests.size();
        int[][] trees = lists(requests, request -> request.tree().tokens());
        int[] begins = Engine.begins(trees);
        int nodes = begins[n];
        gto_sampler[] samplers = requests.stream()
                .map(request -> request.sampler().engine().handle)
                .toArray(gto_sampler[]::new);
        gto_features[] features = requests.stream()
                .map(TreeRequest::features)
                .map(into -> orNull(into == null ? null : into.engine()))
                .toArray(gto_features[]::new);
        gto_drawn_children[] drawn = requests.stream()
                .map(TreeRequest::drawn)
                .map(from -> from == null ? null : from.engine().handle)
                .toArray(gto_drawn_children[]::new);
        try (PointerPointer<gto_sampler> samplerList = new PointerPointer<>(samplers);
                PointerPointer<gto_features> featuresList = new PointerPointer<>(features);
                PointerPointer<gto_drawn_children> drawnList = new PointerPointer<>(drawn)) {
            Engine.check(gto4j.gto_session_verify_many(
                    handle,
                    n,
                    sequencesIn.of(values(requests, TreeRequest::sequence)),
                    positionsIn.of(values(requests, TreeRequest::position)),
                    rootsIn.of(values(requests, TreeRequest::root)),
                    beginsIn.of(begins),
                    tokensIn.of(Engine.concatenated(trees)),
                    parentsIn.of(Engine.concatenated(
                            lists(requests, request -> request.tree().parents()))),
                    samplerList,
                    featuresList,
                    drawsIn.of(Engine.concatenated(
                            lists(requests, request -> request.tree().draws()))),
                    drawnList,
                    pathOut.room(nodes),
                    acceptedOut.room(n),
                    nextOut.room(n),
                    statusOut.room(n)));
        }
        int[] accepted = acceptedOut.get(n);
        int[] next = nextOut.get(n);
        int[] status = statusOut.get(n);
        int[] paths = pathOut.get(nodes);
        List<TreeOutcome> outcomes = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            outcomes.add(
                    status[i] == gto4j.GTO_OK
                            ? new TreeOutcome(
                                    new Verification(
                                            Arrays.copyOfRange(paths, begins[i], begins[i] + accepted[i]), next[i]),
                                    null)
                            : new TreeOutcome(
                                    null,
                                    new GtoException(
                                            Engine.kind(status[i]),
                                            Engine.string(gto4j.gto_session_verify_error(handle, i)))));
        }
        return outcomes;
    }

    private static int[] values(List<TreeRequest> requests, ToIntFunction<TreeRequest> value) {
        return requests.stream().mapToInt(value).toArray();
    }

    private static int[][] lists(List<TreeRequest> requests, Function<TreeRequest, int[]> list) {
        return requests.stream().map(list).toArray(int[][]::new);
    }

    private static @Nullable gto_features orNull(@Nullable EngineFeatures features) {
        return features == null ? null : features.handle;
    }

    void free() {
        gto4j.gto_session_free(handle);
        scratch.free();
    }
}
