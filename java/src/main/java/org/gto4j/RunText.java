package org.gto4j;

import org.jspecify.annotations.Nullable;

/** Text of a {@link TreeDecoder}, which generates as it is asked for. */
final class RunText implements TextSource {
    private final TreeDecoder decoder;
    private final GenerationRun run;
    private @Nullable Generation result;
    private boolean closed;

    RunText(TreeDecoder decoder, GenerationRun run) {
        this.decoder = decoder;
        this.run = run;
    }

    @Override
    public @Nullable String next() {
        String fresh = "";
        while (fresh.isEmpty() && result == null) {
            fresh = NativeHandle.using(this::advance, decoder);
        }
        return fresh.isEmpty() ? null : fresh;
    }

    private String advance() {
        boolean more = run.step();
        String fresh = run.take();
        if (!more) {
            result = run.finish();
            close();
        }
        return fresh;
    }

    @Override
    public @Nullable Generation result() {
        return result;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            run.close();
            decoder.streamEnded(this);
        }
    }
}
