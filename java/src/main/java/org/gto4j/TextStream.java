package org.gto4j;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

/**
 * A generation that goes on as its text is asked for: pieces of text, never empty, whole characters only. Its decoder takes no other generation
 * until the stream has ended or is closed. One thread at a time.
 */
public final class TextStream implements Iterator<String>, AutoCloseable {
    private final TreeDecoder decoder;
    private final GenerationRun run;
    private @Nullable String next;
    private @Nullable Generation result;
    private boolean closed;

    TextStream(TreeDecoder decoder, GenerationRun run) {
        this.decoder = decoder;
        this.run = run;
    }

    /** Generates until there is more text or the end. */
    @Override
    public boolean hasNext() {
        while (next == null && result == null && !closed) {
            NativeHandle.using(this::advance, decoder);
        }
        return next != null;
    }

    private void advance() {
        boolean more = run.step();
        String fresh = run.take();
        if (!more) {
            result = run.finish();
            close();
        }
        next = fresh.isEmpty() ? null : fresh;
    }

    /** The next piece of text. */
    @Override
    public String next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        String piece = next;
        next = null;
        return piece;
    }

    /** The pieces as a stream of Java's; closing that closes this. */
    public Stream<String> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED | Spliterator.NONNULL), false).onClose(this::close);
    }

    /** What was generated: null until the stream has ended, and if it was closed before. */
    public @Nullable Generation result() {
        return result;
    }

    /** Ends the generation if it hasn't ended. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            run.close();
            decoder.streamEnded(this);
        }
    }
}
