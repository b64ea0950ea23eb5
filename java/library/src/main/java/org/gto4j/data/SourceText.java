package org.gto4j.data;

/** What one line of a source file says; see {@link SourceFile} for the forms. */
public sealed interface SourceText permits Conversation, PlainText, TokenText {
    /** Unique within its file. */
    String id();

    /** E.g. "math"; "general" if the file says nothing. */
    String category();
}
