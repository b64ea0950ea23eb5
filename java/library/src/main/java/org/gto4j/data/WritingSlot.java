package org.gto4j.data;

import java.util.Arrays;
import java.util.Objects;
import org.gto4j.model.Features;
import org.gto4j.model.Sampler;
import org.jspecify.annotations.Nullable;

/** One running text of a {@link ContinuousBatch}: tokens 0..fed-1 are decoded, fed..size-1 are waiting. */
final class WritingSlot implements AutoCloseable {
    final int sequence;
    private final @Nullable Features features;
    private @Nullable WritingJob job;
    private @Nullable Sampler sampler;
    private int[] tokens = new int[0];
    private int[] argmax = new int[0];
    private int size;
    private int fed;
    private boolean ended;

    WritingSlot(int sequence, @Nullable Features features) {
        this.sequence = sequence;
        this.features = features;
    }

    void start(WritingJob next, @Nullable Sampler itsSampler) {
        job = next;
        sampler = itsSampler;
        tokens = Arrays.copyOf(next.prompt(), next.longest());
        argmax = new int[tokens.length];
        Arrays.fill(argmax, -1);
        size = next.prompt().length;
        fed = 0;
        ended = false;
        if (features != null) {
            features.truncate(0);
        }
    }

    boolean busy() {
        return job != null;
    }

    @Nullable Sampler sampler() {
        return sampler;
    }

    @Nullable Features features() {
        return features;
    }

    int waiting() {
        return size - fed;
    }

    int position() {
        return fed;
    }

    int token(int position) {
        return tokens[position];
    }

    /** Response tokens so far, drawn or decoded. */
    int responseLength() {
        return job == null ? 0 : size - job.prompt().length;
    }

    /** Of the prompt's work, what is there of this text by the most tokens that it may have. */
    double done() {
        return job == null ? 0 : job.share() * responseLength() / job.maxTokens();
    }

    void advance(int rows) {
        fed += rows;
    }

    /** Whether something is to be drawn after the last waiting token. */
    boolean draws() {
        return !ended && size < tokens.length;
    }

    void draw(int token, int mostProbable, boolean end) {
        argmax[size - 1] = mostProbable;
        tokens[size++] = token;
        ended = end;
    }

    /** The text is decoded to its end. */
    boolean complete() {
        return busy() && waiting() == 0 && !draws();
    }

    /** The decoded part of the text. */
    WrittenText written() {
        return new WrittenText(
                Objects.requireNonNull(job),
                Arrays.copyOf(tokens, fed),
                sampler == null ? null : Arrays.copyOf(argmax, fed),
                features,
                ended && waiting() == 0);
    }

    void stop() {
        job = null;
        size = 0;
        fed = 0;
        if (sampler != null) {
            sampler.close();
            sampler = null;
        }
    }

    @Override
    public void close() {
        stop();
        if (features != null) {
            features.close();
        }
    }
}
