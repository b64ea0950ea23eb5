package org.gto4j.data;

/**
 * A text without turns: all of it is a response.
 *
 * @param id unique within its file
 * @param category e.g. "news"
 * @param text not blank
 */
public record PlainText(String id, String category, String text) implements SourceText {
    /** Checks that they are texts. */
    public PlainText {
        WholeText.requireId(id);
        WholeText.require("text '" + id + "'", text);
    }
}
