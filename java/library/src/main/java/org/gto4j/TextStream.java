package org.gto4j;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A generation's text as it comes: pieces of text, never empty, whole characters only. One thread at a time. A stream
 * of a {@link TreeDecoder} generates as it is asked for, and its decoder takes no other generation until the stream has
 * ended or is closed. A stream of a {@link BatchDecoder} hands over what was generated meanwhile; while it waits,
 * interrupting its thread throws a {@link java.util.concurrent.CancellationException} (and the generation goes on).
 */
public final class TextStream implements Iterator<String>, AutoCloseable {
    private final TextSource source;
    private @Nullable String next;
    private boolean over;

    TextStream(TextSource source) {
        this.source = source;
    }

    /** Waits until there is more text or the end. */
    @Override
    public boolean hasNext() {
        if (next == null && !over) {
            next = source.next();
            over = next == null;
        }
        return next != null;
    }

    /** The next piece of text. */
    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        String piece = Objects.requireNonNull(next);
        next = null;
        return piece;
    }

    /** The pieces as a stream of Java's; closing that closes this. */
    public Stream<String> stream() {
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(this::close);
    }

    /** What was generated: null until the stream has ended, and if it was closed before. */
    public @Nullable Generation result() {
        return source.result();
    }

    /** Lets a thread that waits for text come to the end soon. */
    void cancel() {
        source.cancel();
    }

    /** Ends the generation if it hasn't ended. */
    @Override
    public void close() {
        over = true;
        source.close();
    }
}
