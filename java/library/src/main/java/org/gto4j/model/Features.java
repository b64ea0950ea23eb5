package org.gto4j.model;

import java.nio.file.Path;
import java.util.Objects;
import org.gto4j.common.Arguments;

/**
 * What the target tells the draft about a run of tokens: one row a token, [taps * hidden | hidden state, if asked].
 * Rows of tokens whose hidden state wasn't computed hold zeros there. The contents stay native. One thread at a time.
 */
public final class Features extends NativeHandle {
    /** How values are kept. */
    public enum Type {
        /** 32 bits a value. */
        F32,
        /** 16 bits a value. */
        F16
    }

    private final EngineFeatures engine;
    private final int width;

    private Features(EngineFeatures engine, int width, NativeHandle... parents) {
        super("Features", Sharing.EXCLUSIVE, parents);
        this.engine = engine;
        this.width = width;
    }

    /**
     * An empty matrix.
     *
     * @param taps number of tapped blocks, 1..8
     * @param hidden width of the target's hidden state, at least 1
     * @param withHidden whether rows hold the final hidden state too
     * @param type how values are kept
     */
    public static Features create(int taps, int hidden, boolean withHidden, Type type) {
        Arguments.inRange("taps", taps, 1, 8);
        Arguments.atLeast("hidden", hidden, 1);
        Objects.requireNonNull(type, "type");
        return new Features(
                EngineFeatures.create(taps, hidden, withHidden, type), (taps + (withHidden ? 1 : 0)) * hidden);
    }

    /**
     * An empty matrix of 32 bits a value in the memory of the device where drafts of the target compute, so that what a
     * target leaves there for its draft never comes to the host. Where the target's device computes no drafts it lies
     * in the host's memory.
     *
     * @param taps number of tapped blocks, 1..8
     * @param hidden width of the target's hidden state, at least 1
     * @param withHidden whether rows hold the final hidden state too
     */
    public static Features createBeside(TargetModel target, int taps, int hidden, boolean withHidden) {
        Arguments.inRange("taps", taps, 1, 8);
        Arguments.atLeast("hidden", hidden, 1);
        // The device may be closed: the target keeps its native part.
        return using(
                () -> new Features(
                        EngineFeatures.createOn(target.device().engine(), taps, hidden, withHidden),
                        (taps + (withHidden ? 1 : 0)) * hidden,
                        target),
                Objects.requireNonNull(target, "target"));
    }

    /** Number of rows. */
    public int rows() {
        return using(engine::rows, this);
    }

    /** Size of a row in memory and on disk, bytes. */
    public long rowBytes() {
        return using(engine::rowBytes, this);
    }

    /** Keeps the first rows, 0..rows(). */
    public void truncate(int rows) {
        using(() -> engine.truncate(rows), this);
    }

    /**
     * Appends rows given as [n * width], width = taps * hidden (+ hidden with the hidden state). For tests and
     * importers.
     */
    public void append(float[] rows) {
        Arguments.check(
                rows.length % width == 0, "rows must have a multiple of %d values, found %d", width, rows.length);
        using(() -> engine.append(rows, rows.length / width), this);
    }

    /** A copy of row i (0-based), [width]. For tests. */
    public float[] row(int i) {
        return using(() -> engine.row(i, width), this);
    }

    /**
     * Appends all rows to a file, created if absent, and syncs it to the disk.
     *
     * @return byte offset of the first row written
     */
    public long write(Path file) {
        return using(() -> engine.write(file.toString()), this);
    }

    /**
     * Replaces the contents by rows of a file.
     *
     * @param offset byte offset of the first row
     * @param rows number of rows
     */
    public void read(Path file, long offset, int rows) {
        Arguments.atLeast("offset", offset, 0);
        Arguments.atLeast("rows", rows, 0);
        using(() -> engine.read(file.toString(), offset, rows), this);
    }

    EngineFeatures engine() {
        return engine;
    }

    @Override
    protected void free() {
        engine.free();
    }
}
