package org.gto4j;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.PointerScope;
import org.gto4j.engine.gto_target;
import org.gto4j.engine.gto_target_info;
import org.gto4j.engine.global.gto4j;
import org.jspecify.annotations.Nullable;

/** Native side of {@link TargetModel}. Thread-safe. */
final class EngineTarget {
    private static final int LONG_TOKEN = 64;

    final gto_target handle;

    private EngineTarget(gto_target handle) {
        this.handle = handle;
    }

    static EngineTarget open(EngineDevice device, String path) {
        gto_target target = new gto_target();
        Engine.check(gto4j.gto_target_open(device.handle, path, target));
        return new EngineTarget(target);
    }

    TargetInfo info() {
        try (gto_target_info i = gto4j.gto_target_describe(handle)) {
            return new TargetInfo(i.n_vocab(), i.n_embd(), i.n_layer(), i.n_head(), i.n_head_kv(), i.head_dim(), i.n_ff(), i.n_ctx_train(),
                i.rope_base(), i.rms_eps(), i.token_bos(), i.token_eos(), i.add_bos(), i.taps_supported(), i.n_params(), i.n_bytes());
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

    int[] tokenize(byte[] utf8, boolean addSpecial, boolean parseSpecial) {
        int[] count = {0};
        int[] tokens = new int[utf8.length / 2 + 16];
        try (BytePointer text = new BytePointer(Math.max(utf8.length, 1))) {
            text.put(utf8, 0, utf8.length);
            Engine.check(gto4j.gto_target_tokenize(handle, text, utf8.length, addSpecial, parseSpecial, tokens, tokens.length, count));
            if (count[0] > tokens.length) {
                tokens = new int[count[0]];
                Engine.check(gto4j.gto_target_tokenize(handle, text, utf8.length, addSpecial, parseSpecial, tokens, tokens.length, count));
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

    String chat(List<ChatMessage> messages, boolean addAssistant) {
        try (PointerScope scope = new PointerScope()) {
            PointerPointer<BytePointer> roles = strings(messages, ChatMessage::role);
            PointerPointer<BytePointer> contents = strings(messages, ChatMessage::content);
            IntPointer count = new IntPointer(1);
            int capacity = messages.stream().mapToInt(message -> message.content().length() + 64).sum() + 256;
            BytePointer text = new BytePointer(capacity);
            Engine.check(gto4j.gto_target_chat(handle, messages.size(), roles, contents, addAssistant, text, capacity, count));
            if (count.get() > capacity) {
                capacity = count.get();
                text = new BytePointer(capacity);
                Engine.check(gto4j.gto_target_chat(handle, messages.size(), roles, contents, addAssistant, text, capacity, count));
            }
            byte[] utf8 = new byte[count.get()];
            text.get(utf8);
            return new String(utf8, StandardCharsets.UTF_8);
        }
    }

    /** C strings that live as long as the caller's scope. */
    private static PointerPointer<BytePointer> strings(List<ChatMessage> messages, Function<ChatMessage, String> field) {
        BytePointer[] strings = messages.stream().map(field).map(text -> new BytePointer(text, StandardCharsets.UTF_8))
            .toArray(BytePointer[]::new);
        return new PointerPointer<>(strings);
    }

    static void requantize(String in, String out, String type, int threads) {
        Engine.ready();
        Engine.check(gto4j.gto_target_requantize(in, out, type, threads));
    }

    void free() {
        gto4j.gto_target_free(handle);
    }
}
