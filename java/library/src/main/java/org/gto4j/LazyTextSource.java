package org.gto4j;

import org.jspecify.annotations.Nullable;

/** Text of a {@link TreeDecoder}, which generates as it is asked for. */
final class LazyTextSource implements TextSource {
    private final TreeDecoder decoder;
    private final GenerationRun run;
    private @Nullable Generation result;
    private volatile boolean cancelled;
    private boolean closed;

    LazyTextSource(TreeDecoder decoder, GenerationRun run) {
        this.decoder = decoder;
        this.run = run;
    }

    @Override
    public @Nullable String next() {
        String fresh = "";
        while (fresh.isEmpty() && result == null && !cancelled) {
            fresh = decoder.alone(this::advance);
        }
        return fresh.isEmpty() ? null : fresh;
    }

    private String advance() {
        try {
            boolean more = run.step();
            String fresh = run.take();
            if (!more) {
                result = run.finish();
                close();
            }
            return fresh;
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public @Nullable Generation result() {
        return result;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            cancelled = true;
            try {
                run.close();
            } finally {
                decoder.streamEnded(this);
            }
        }
    }
}
