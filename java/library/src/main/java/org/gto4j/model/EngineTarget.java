package org.gto4j.model;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_target;
import org.gto4j.engine.gto_target_info;
import org.gto4j.engine.gto_target_loading;
import org.gto4j.engine.gto_target_options;
import org.jspecify.annotations.Nullable;

/** Native side of {@link TargetModel}. Thread-safe. */
final class EngineTarget {
    private static final int LONG_TOKEN = 64;

    final gto_target handle;

    private EngineTarget(gto_target handle) {
        this.handle = handle;
    }

    static EngineTarget open(EngineDevice device, String path, int gpuLayers) {
        gto_target target = new gto_target();
        try (gto_target_options options = gto4j.gto_target_options_default()) {
            options.n_gpu_layers(gpuLayers);
            Engine.check(gto4j.gto_target_open_with(device.handle, path, options, target));
        }
        return new EngineTarget(target);
    }

    TargetInfo info() {
        try (gto_target_info i = gto4j.gto_target_describe(handle)) {
            return new TargetInfo(
                    i.n_vocab(),
                    i.n_embd(),
                    i.n_layer(),
                    i.n_head(),
                    i.n_head_kv(),
                    i.head_dim(),
                    i.n_ff(),
                    i.n_ctx_train(),
                    i.rope_base(),
                    i.rms_eps(),
                    i.token_bos(),
                    i.token_eos(),
                    i.add_bos(),
                    i.taps_supported(),
                    i.recurrent(),
                    i.n_params(),
                    i.n_bytes());
        }
    }

    TargetLoading loading() {
        try (gto_target_loading l = gto4j.gto_target_loaded(handle)) {
            BytePointer fallback = gto4j.gto_target_fallback(handle);
            return new TargetLoading(
                    l.n_bytes_packed(),
                    l.n_bytes_mapped(),
                    l.n_bytes_moved(),
                    Duration.ofNanos(l.nanos()),
                    fallback == null || fallback.isNull() ? null : Engine.string(fallback));
        }
    }

    String architecture() {
        return Engine.string(gto4j.gto_target_architecture(handle));
    }

    String description() {
        return Engine.string(gto4j.gto_target_description(handle));
    }

    @Nullable String chatTemplate() {
        BytePointer template = gto4j.gto_target_chat_template(handle);
        return template == null || template.isNull() ? null : Engine.string(template);
    }

    int[] defaultTaps() {
        int[] taps = new int[3];
        gto4j.gto_target_default_taps(handle, taps);
        return taps;
    }

    int[] tokenize(byte[] utf8, boolean addBos, boolean parseSpecial) {
        return tokens(
                utf8,
                (text, tokens, count) -> gto4j.gto_target_tokenize(
                        handle, text, utf8.length, addBos, parseSpecial, tokens, tokens.length, count));
    }

    int[] tokenize(ChatText chat) {
        int[] spans = new int[2 * chat.contents().size()];
        int at = 0;
        int bytes = 0;
        int i = 0;
        for (ChatText.Part part : chat.contents()) {
            bytes += utf8Length(chat.text(), at, part.begin());
            spans[i++] = bytes;
            bytes += utf8Length(chat.text(), part.begin(), part.end());
            spans[i++] = bytes;
            at = part.end();
        }
        byte[] utf8 = chat.text().getBytes(StandardCharsets.UTF_8);
        return tokens(
                utf8,
                (text, tokens, count) -> gto4j.gto_target_tokenize_chat(
                        handle, text, utf8.length, spans.length / 2, spans, tokens, tokens.length, count));
    }

    private static int utf8Length(String text, int begin, int end) {
        return text.substring(begin, end).getBytes(StandardCharsets.UTF_8).length;
    }

    private interface Tokenizer {
        /** Returns a status; the count comes back in an array of one. */
        int tokenize(BytePointer text, int[] tokens, int[] count);
    }

    private static int[] tokens(byte[] utf8, Tokenizer tokenizer) {
        int[] count = {0};
        int[] tokens = new int[utf8.length / 2 + 16];
        try (BytePointer text = new BytePointer(Math.max(utf8.length, 1))) {
            text.put(utf8, 0, utf8.length);
            Engine.check(tokenizer.tokenize(text, tokens, count));
            if (count[0] > tokens.length) {
                tokens = new int[count[0]];
                Engine.check(tokenizer.tokenize(text, tokens, count));
            }
        }
        return Arrays.copyOf(tokens, count[0]);
    }

    byte[] tokenBytes(int token, boolean special) {
        int[] count = {0};
        byte[] bytes = new byte[LONG_TOKEN];
        Engine.check(gto4j.gto_target_token_bytes(handle, token, special, bytes, bytes.length, count));
        if (count[0] > bytes.length) {
            bytes = new byte[count[0]];
            Engine.check(gto4j.gto_target_token_bytes(handle, token, special, bytes, bytes.length, count));
        }
        return Arrays.copyOf(bytes, count[0]);
    }

    boolean isEnd(int token) {
        return gto4j.gto_target_is_end(handle, token);
    }

    /** @param json what gto_target_chat takes */
    ChatText chat(String json) {
        byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
        try (PointerScope scope = new PointerScope()) {
            BytePointer request = EngineText.of(utf8);
            IntPointer count = new IntPointer(1);
            IntPointer spanCount = new IntPointer(1);
            int capacity = (int) Math.min(2L * utf8.length + 4096, Integer.MAX_VALUE);
            int spanCapacity = 256;
            BytePointer text = new BytePointer(capacity);
            IntPointer spans = new IntPointer(2L * spanCapacity);
            Engine.check(gto4j.gto_target_chat(
                    handle, request, utf8.length, text, capacity, count, spans, spanCapacity, spanCount));
            if (count.get() > capacity || spanCount.get() > spanCapacity) {
                capacity = count.get();
                spanCapacity = spanCount.get();
                text = new BytePointer(Math.max(1, capacity));
                spans = new IntPointer(2L * Math.max(1, spanCapacity));
                Engine.check(gto4j.gto_target_chat(
                        handle, request, utf8.length, text, capacity, count, spans, spanCapacity, spanCount));
            }
            byte[] rendered = new byte[count.get()];
            text.get(rendered);
            int[] borders = new int[2 * spanCount.get()];
            spans.get(borders);
            return chatText(rendered, borders);
        }
    }

    private static ChatText chatText(byte[] utf8, int[] borders) {
        StringBuilder text = new StringBuilder(utf8.length);
        List<ChatText.Part> parts = new ArrayList<>();
        int at = 0;
        for (int i = 0; i < borders.length; i += 2) {
            text.append(new String(utf8, at, borders[i] - at, StandardCharsets.UTF_8));
            int begin = text.length();
            text.append(new String(utf8, borders[i], borders[i + 1] - borders[i], StandardCharsets.UTF_8));
            parts.add(new ChatText.Part(begin, text.length()));
            at = borders[i + 1];
        }
        text.append(new String(utf8, at, utf8.length - at, StandardCharsets.UTF_8));
        return new ChatText(text.toString(), parts);
    }

    static void requantize(String in, String out, String type, int threads) {
        Engine.ready();
        Engine.check(gto4j.gto_target_requantize(in, out, type, threads));
    }

    void free() {
        gto4j.gto_target_free(handle);
    }
}
