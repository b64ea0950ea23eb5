package org.gto4j.model;

import org.gto4j.common.Utf8Decoder;

/** What a target's tokens stand for. It stays valid when the target is closed. Thread-safe. */
public final class Vocabulary {
    private final EngineTarget target;

    Vocabulary(EngineTarget target) {
        this.target = target;
    }

    /**
     * A token's bytes, which may be a part of a UTF-8 character.
     *
     * @param token 0..vocabulary-1
     * @param special whether a control token has its name, or no bytes
     */
    public byte[] bytes(int token, boolean special) {
        return target.tokenBytes(token, special);
    }

    /**
     * Text of tokens, UTF-8 decoded across their boundaries; malformed bytes become U+FFFD.
     *
     * @param special whether control tokens have their names, or no text
     */
    public String text(boolean special, int... tokens) {
        Utf8Decoder decoder = new Utf8Decoder();
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(decoder.decode(bytes(token, special)));
        }
        return text.append(decoder.finish()).toString();
    }

    /** Whether the token ends a text. */
    public boolean isEnd(int token) {
        return target.isEnd(token);
    }
}
