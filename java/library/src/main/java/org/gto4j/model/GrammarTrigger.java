package org.gto4j.model;

import java.util.Objects;
import org.gto4j.common.Arguments;

/**
 * What in a generated text a grammar begins with.
 *
 * @param text a text, or a regular expression
 * @param pattern whether it is a regular expression (ECMAScript) over the text's last 256 bytes; its first group, if it
 *     has one, is where the grammar begins
 */
public record GrammarTrigger(String text, boolean pattern) {
    /** Checks that there is a text, without U+0000 (kind ARGUMENT). */
    public GrammarTrigger {
        Arguments.whole("grammar trigger", Objects.requireNonNull(text, "text"));
        Arguments.check(!text.isEmpty(), "grammar trigger: expected a text, found none");
        Arguments.check(text.indexOf('\0') < 0, "grammar trigger: expected a text without U+0000");
    }

    /** A text as it stands. */
    public static GrammarTrigger word(String text) {
        return new GrammarTrigger(text, false);
    }
}
