package org.gto4j.data;

import org.gto4j.common.Utf8;
import org.gto4j.error.GtoException;
import org.gto4j.io.Excerpt;

/** Texts that come out of a file of a corpus as they went in, and that a tokenizer reads as they are. */
final class WholeText {
    private WholeText() {}

    /** Refuses a text with U+0000 or with half a surrogate pair; ARGUMENT: {@code name} begins the message. */
    static void require(String name, String text) {
        int lone = Utf8.loneSurrogate(text);
        if (lone >= 0 || text.indexOf('\0') >= 0) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    name + ": expected a text of whole characters without U+0000, found "
                            + (lone >= 0 ? "half a surrogate pair, " + Utf8.describe(text, lone) + ", in " : "")
                            + Excerpt.of(text));
        }
    }

    /** The same for an id, which isn't blank. */
    static void requireId(String id) {
        require("id", id);
        if (id.isBlank()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "id: expected a text that is not blank, found '" + Excerpt.visible(id) + "'");
        }
    }
}
