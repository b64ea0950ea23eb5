package org.gto4j.model;

import java.util.List;
import java.util.Objects;
import org.gto4j.common.Arguments;

/**
 * A conversation as a model's chat template writes it, and which parts of it are what people and models said.
 * {@link TargetModel#chatTokens(ChatText)} reads special tokens in what the template wrote, and only there.
 *
 * @param text template and contents
 * @param contents the parts that are messages' contents, in order, not overlapping
 */
public record ChatText(String text, List<Part> contents) {
    /**
     * Characters {@code begin..end-1} of the text.
     *
     * @param begin at least 0
     * @param end at least {@code begin}
     */
    public record Part(int begin, int end) {
        /** Checks the range. */
        public Part {
            Arguments.check(
                    begin >= 0 && end >= begin,
                    "a part of a text: expected 0 <= begin <= end, found %d and %d",
                    begin,
                    end);
        }
    }

    /** Checks that the text is whole characters and that the parts lie in it, in order. */
    public ChatText {
        Arguments.whole("text", Objects.requireNonNull(text, "text"));
        contents = List.copyOf(contents);
        int least = 0;
        for (Part part : contents) {
            Arguments.check(
                    part.begin() >= least && part.end() <= text.length(),
                    "contents: expected parts in order within %d characters, found %s",
                    text.length(),
                    contents);
            least = part.end();
        }
    }

    /** A text without a template: all of it is content. */
    public static ChatText said(String text) {
        return new ChatText(text, List.of(new Part(0, text.length())));
    }
}
