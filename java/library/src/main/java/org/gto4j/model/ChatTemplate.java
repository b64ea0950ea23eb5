package org.gto4j.model;

import java.nio.file.Path;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.gto4j.io.TextFile;

/**
 * A chat template to use instead of a model's own: Jinja as Hugging Face's models have it, or the name of one that
 * llama.cpp knows ("vicuna"), for old files that have none.
 *
 * @param text the template
 * @param source where it is from, for messages
 */
public record ChatTemplate(String text, String source) {
    /** Checks that it is a text that isn't blank (kind ARGUMENT). */
    public ChatTemplate {
        Objects.requireNonNull(source, "source");
        Arguments.whole("chat template", Objects.requireNonNull(text, "text"));
        Arguments.check(!text.isBlank(), "%s: expected a chat template, found nothing", source);
    }

    /**
     * Reads one from a file.
     *
     * @throws GtoException IO: it can't be read; FORMAT: it isn't text in UTF-8; ARGUMENT: it is blank
     */
    public static ChatTemplate read(Path file) {
        return new ChatTemplate(TextFile.read(Objects.requireNonNull(file, "file")), file.toString());
    }

    /** Its source. */
    @Override
    public String toString() {
        return source;
    }
}
