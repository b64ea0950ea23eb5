package org.gto4j.model;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_answer_format;

/** Native side of {@link AnswerFormat}. */
final class EngineAnswerFormat {
    private final gto_answer_format handle;

    private EngineAnswerFormat(gto_answer_format handle) {
        this.handle = handle;
    }

    /** @param request what gto_answer_format_open takes */
    static EngineAnswerFormat open(EngineTarget target, String request) {
        byte[] utf8 = request.getBytes(StandardCharsets.UTF_8);
        gto_answer_format format = new gto_answer_format();
        try (PointerScope scope = new PointerScope()) {
            BytePointer json = EngineText.of(utf8);
            Engine.check(gto4j.gto_answer_format_open(target.handle, json, utf8.length, format));
        }
        return new EngineAnswerFormat(format);
    }

    String describe() {
        return EngineText.read(
                (text, capacity, bytes) -> gto4j.gto_answer_format_describe(handle, text, capacity, bytes));
    }

    String read(byte[] answer, boolean partial) {
        try (PointerScope scope = new PointerScope()) {
            BytePointer said = EngineText.of(answer);
            return EngineText.read((text, capacity, bytes) ->
                    gto4j.gto_answer_format_read(handle, said, answer.length, partial, text, capacity, bytes));
        }
    }

    static String grammarOf(byte[] schema) {
        Engine.ready();
        try (PointerScope scope = new PointerScope()) {
            BytePointer json = EngineText.of(schema);
            return EngineText.read((text, capacity, bytes) ->
                    gto4j.gto_json_schema_grammar(json, schema.length, text, capacity, bytes));
        }
    }

    void free() {
        gto4j.gto_answer_format_free(handle);
    }
}
