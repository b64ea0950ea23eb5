package org.gto4j.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

import org.gto4j.Features;
import org.gto4j.GtoException;
import org.gto4j.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * Texts that the target wrote and its features of them, in a folder: {@code corpus.json} (whose features), {@code corpus.jsonl} (one sequence a
 * line: id, tokens, promptLength, offset, argmax if sampled) and {@code features.f16} (rows of taps and hidden state). It only grows. What a
 * kill left half-written is cut off when the folder is opened; one process may have it open at a time. Not thread-safe.
 */
public final class Corpus implements AutoCloseable {
    private final Path folder;
    private final Path featureFile;
    private final int[] taps;
    private final int hidden;
    private final String targetDigest;
    private final CorpusIndex index;

    private Corpus(Path folder, CorpusHeader header) {
        this.folder = folder;
        this.featureFile = folder.resolve("features.f16");
        this.taps = header.taps();
        this.hidden = header.hidden();
        this.targetDigest = header.digest();
        long rowBytes;
        try (Features row = newFeatures()) {
            rowBytes = row.rowBytes();
        }
        try {
            this.index = new CorpusIndex(folder.resolve("corpus.jsonl"), rowBytes, Files.exists(featureFile) ? Files.size(featureFile) : 0);
            cutFeatures(index.featureBytes());
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't open " + featureFile + ": " + e, e);
        }
    }

    /** Opens or makes the corpus of a target with the target's default taps. */
    public static Corpus open(Path folder, TargetModel target) {
        return open(folder, target, target.defaultTaps());
    }

    /**
     * Opens a corpus, or makes an empty one.
     *
     * @param taps blocks whose inputs are features
     * @throws GtoException ARGUMENT: it is another target's corpus (both are named) or has other taps; FORMAT: a file is broken in its middle;
     *                      IO: can't be read or written
     */
    public static Corpus open(Path folder, TargetModel target, int[] taps) {
        CorpusHeader expected = CorpusHeader.of(target, taps.clone());
        Path file = folder.resolve("corpus.json");
        if (Files.exists(file)) {
            expected.requireSame(CorpusHeader.read(file), folder);
        } else {
            expected.write(file);
        }
        return new Corpus(folder, expected);
    }

    private void cutFeatures(long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(featureFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** SHA-256 of the first and last MiB of the target's file, in hex: tells one target from another, whatever the files are called. */
    public String targetDigest() {
        return targetDigest;
    }

    /** Tapped blocks. A copy. */
    public int[] taps() {
        return taps.clone();
    }

    /** The sequences in the order they were written; a view that grows. */
    public List<CorpusSequence> sequences() {
        return index.sequences();
    }

    /** The sequence of an id, if it is there. */
    public Optional<CorpusSequence> find(String id) {
        return Optional.ofNullable(index.find(id));
    }

    /** Tokens of all responses. */
    public long responseTokens() {
        return sequences().stream().mapToLong(CorpusSequence::responseLength).sum();
    }

    /** An empty matrix of the kind that this corpus keeps (F16, with the hidden state). The caller closes it. */
    public Features newFeatures() {
        return Features.create(taps.length, hidden, true, Features.Type.F16);
    }

    /**
     * Appends a sequence: first the features, then the line that makes them count.
     *
     * @param argmax   the target's argmax after each token (-1 unknown), or null for a greedy response
     * @param features one row a token, of the kind of {@link #newFeatures()}
     * @throws GtoException IO: names the file; what was written before stays. ARGUMENT: lengths disagree or the id is there already
     */
    public CorpusSequence append(String id, int[] tokens, int promptLength, int @Nullable [] argmax, Features features) {
        if (features.rows() != tokens.length || promptLength < 1 || promptLength >= tokens.length) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "sequence '" + id + "': expected one row of features a token and 1 <= promptLength < "
                + "tokens, found " + features.rows() + " rows, " + tokens.length + " tokens, promptLength " + promptLength);
        }
        CorpusSequence sequence = new CorpusSequence(id, tokens.clone(), promptLength, argmax == null ? null : argmax.clone(),
            features.write(featureFile));
        index.append(sequence);
        return sequence;
    }

    /** Reads a sequence's features, one row a token, into a matrix of the kind of {@link #newFeatures()}; its former rows are dropped. */
    public void read(CorpusSequence sequence, Features into) {
        into.read(featureFile, sequence.offset(), sequence.length());
    }

    /**
     * Reads the features of the first sequences, up to about {@code maxRows} rows and at least one sequence: a sample to fit the scale of a
     * draft's inputs on.
     */
    public void readSample(int maxRows, Features into) {
        if (sequences().isEmpty()) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": the corpus is empty");
        }
        // Rows of one file lie one after the other from the first sequence on.
        int rows = 0;
        for (CorpusSequence sequence : sequences()) {
            if (rows > 0 && rows + sequence.length() > maxRows) {
                break;
            }
            rows += sequence.length();
        }
        into.read(featureFile, sequences().get(0).offset(), rows);
    }

    @Override
    public void close() {
        index.close();
    }
}
