package org.gto4j.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.FolderLock;
import org.gto4j.io.IoFailure;
import org.gto4j.io.StaleFiles;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * Texts of a target and its features of them, in a folder: {@code corpus.json} (whose features), {@code corpus.jsonl}
 * (one sequence a line: id, tokens, promptLength or responses, offset, argmax if it isn't the text's own next token)
 * and {@code features.f16} (rows of taps and hidden state; there is none in a corpus without features, whose rows the
 * target computes anew while training). It only grows.
 *
 * <p>One process at a time may have it open to append ({@link #open}): the second one gets an error that names the
 * first. What a kill left half-written is then cut off. Any number may read it meanwhile ({@link #openReadOnly}); they
 * change nothing, and see the texts that were there when they opened it, a beginning of what the writer wrote, each
 * with its features. Not thread-safe.
 */
public final class Corpus implements AutoCloseable {
    static final String LINES = "corpus.jsonl";
    private static final String FEATURES = "features.f16";
    private static final StaleFiles LEFTOVERS = StaleFiles.of("corpus\\.json");

    private final Path folder;
    private final Path featureFile;
    private final CorpusIndex index;
    private final TargetIdentity target;
    private final @Nullable FolderLock lock;
    private CorpusHeader header;
    /** Where the next features are expected to be written. */
    private long end;

    private Corpus(
            Path folder, CorpusHeader header, TargetModel target, TargetIdentity identity, @Nullable FolderLock lock) {
        this.folder = folder;
        this.featureFile = folder.resolve(FEATURES);
        this.header = header;
        this.target = identity;
        this.lock = lock;
        Path lines = folder.resolve(LINES);
        index = lock == null
                ? CorpusIndex.reading(lines, header.rowBytes(), this::featureBytes)
                : new CorpusIndex(lines, header.rowBytes(), featureBytes());
        try {
            index.requireTokens(target.info().vocabulary());
            end = index.featureBytes();
            if (lock != null && header.features()) {
                cutFeatures(end);
            }
        } catch (RuntimeException | Error e) {
            index.close();
            throw e;
        }
    }

    /**
     * Opens the corpus of a target with the target's default taps to append to it, with or without features as it is
     * there, or makes one with features.
     *
     * @throws GtoException as {@link #open(Path, TargetModel, int[], boolean)}
     */
    public static Corpus open(Path folder, TargetModel target) {
        return open(folder, target, target.defaultTaps());
    }

    /**
     * Opens a corpus of other taps to append to it, with or without features as it is there, or makes one with
     * features.
     */
    public static Corpus open(Path folder, TargetModel target, int[] taps) {
        return open(folder, target, taps, CorpusHeader.features(folder));
    }

    /**
     * Opens a corpus to append to it, or makes an empty one.
     *
     * @param taps blocks whose inputs are features
     * @param features whether features are kept on disk
     * @throws GtoException ARGUMENT: it is another target's corpus (both are named), was written by another chat
     *     template or with other variables of it, has other taps, or features where none are wanted or the other way
     *     round; FORMAT: a file is broken in its middle; IO: can't be read or written, or another process has it open
     *     to append (names it)
     */
    public static Corpus open(Path folder, TargetModel target, int[] taps, boolean features) {
        CorpusHeader expected = CorpusHeader.of(target, taps.clone(), features);
        CorpusHeader.requireSame(folder, expected);
        FolderLock lock = FolderLock.take(folder, "writing this corpus", LEFTOVERS);
        try {
            return new Corpus(folder, CorpusHeader.open(folder, expected), target, expected.target(), lock);
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Opens a corpus to read it. Nothing in its folder is made or changed, so that it may be on a disk that can't be
     * written, or be written by another process.
     *
     * @throws GtoException as {@link #openReadOnly(Path, TargetModel, int[])}
     */
    public static Corpus openReadOnly(Path folder, TargetModel target) {
        return openReadOnly(folder, target, target.defaultTaps());
    }

    /**
     * Opens a corpus of other taps to read it, as {@link #openReadOnly(Path, TargetModel)}.
     *
     * @throws GtoException ARGUMENT: it is another target's corpus (both are named) or has other taps; FORMAT: a file
     *     is broken in its middle; IO: there is no corpus, or it can't be read
     */
    public static Corpus openReadOnly(Path folder, TargetModel target, int[] taps) {
        CorpusContents.require(folder);
        CorpusHeader found = CorpusHeader.read(folder.resolve(CorpusHeader.FILE));
        CorpusHeader expected = CorpusHeader.of(target, taps.clone(), found.features());
        expected.requireSame(found, folder);
        return new Corpus(folder, found, target, expected.target(), null);
    }

    private long featureBytes() {
        return CorpusContents.size(featureFile);
    }

    private void cutFeatures(long bytes) {
        if (featureBytes() == bytes && Files.exists(featureFile)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(featureFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw IoFailure.of("can't open " + featureFile, e);
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /**
     * SHA-256 of the first and last MiB of the target's file, in hex: what runs and corpora of older versions know a
     * target by.
     */
    public String targetDigest() {
        return target.ends();
    }

    /**
     * SHA-256 of the whole file of the target that the corpus was opened with, in hex: tells one target from another,
     * whatever the files are called.
     */
    public String targetFileDigest() {
        return target.whole();
    }

    /** Tapped blocks. A copy. */
    public int[] taps() {
        return header.taps().clone();
    }

    /** Whether features are kept on disk; else the target computes them while training. */
    public boolean hasFeatures() {
        return header.features();
    }

    /** Bytes of a token's row of features. */
    public long rowBytes() {
        return header.rowBytes();
    }

    /** The sequences in the order they were written, without texts of which nothing is trained; a view that grows. */
    public List<CorpusSequence> sequences() {
        return index.sequences();
    }

    /** The text of an id, if it is there, trained or not. */
    public Optional<CorpusSequence> find(String id) {
        return Optional.ofNullable(index.find(id));
    }

    /**
     * The text of an id, if it was made from the same and in the same way.
     *
     * @param where names the prompt or text in a message
     * @throws GtoException ARGUMENT: the corpus has another text under this id
     */
    Optional<CorpusSequence> find(String id, Provenance wanted, String where) {
        CorpusSequence there = index.find(id);
        if (there == null || there.provenance() == null || there.provenance().equals(wanted)) {
            return Optional.ofNullable(there);
        }
        throw other(
                id,
                where,
                there.provenance().source().equals(wanted.source())
                        ? "made with other settings (" + there.provenance().settings() + "; now " + wanted.settings()
                                + ")"
                        : "made from another prompt or text");
    }

    /** The error of a text whose id is another one's. */
    GtoException other(String id, String where, String found) {
        return new GtoException(
                GtoException.Kind.ARGUMENT,
                where + ": " + folder + " holds a text of the id '" + id + "' already, " + found
                        + "; give it an id of its own, use the same settings, or name another folder");
    }

    /** Tokens of all responses. */
    public long responseTokens() {
        return index.responseTokens();
    }

    /** An empty matrix of the kind that this corpus keeps (F16, with the hidden state). The caller closes it. */
    public Features newFeatures() {
        return Features.create(header.taps().length, header.hidden(), true, Features.Type.F16);
    }

    /**
     * Appends a text: first the features, then the line that makes them count. A text without responses is remembered
     * by its id only.
     *
     * @param text its offset is ignored
     * @param features one row a token, of the kind of {@link #newFeatures()}; ignored (may be null) if the corpus keeps
     *     none or nothing is trained
     * @return the text with its offset
     * @throws GtoException IO: names the file; what was written before stays. ARGUMENT: lengths disagree, the id is
     *     there already, or the corpus was opened to be read
     */
    public CorpusSequence append(CorpusSequence text, @Nullable Features features) {
        if (lock == null) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": this corpus was opened to be read, and can't be appended to");
        }
        index.requireNew(text.id());
        boolean keep = header.features() && !text.responses().isEmpty();
        if (keep && (features == null || features.rows() != text.length())) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "sequence '" + text.id() + "': expected one row of features a token, found "
                            + (features == null ? "none" : features.rows() + " rows") + " and " + text.length()
                            + " tokens");
        }
        if (header.version() < CorpusHeader.VERSION) {
            header = header.renewed();
            header.write(folder.resolve(CorpusHeader.FILE));
        }
        CorpusSequence sequence = text.at(keep && features != null ? write(features) : CorpusSequence.NO_FEATURES);
        index.append(sequence);
        return sequence;
    }

    private long write(Features features) {
        long offset = features.write(featureFile);
        if (offset != end) {
            throw new GtoException(
                    GtoException.Kind.IO,
                    featureFile + ": expected " + end + " bytes, found " + offset
                            + "; another process has written there or cut it off, and the text isn't kept");
        }
        end += features.rows() * header.rowBytes();
        return offset;
    }

    /**
     * Reads a sequence's features, one row a token, into a matrix of the kind of {@link #newFeatures()}; its former
     * rows are dropped.
     *
     * @throws GtoException ARGUMENT: they aren't kept on disk
     */
    public void read(CorpusSequence sequence, Features into) {
        if (sequence.offset() == CorpusSequence.NO_FEATURES) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": the features of sequence '" + sequence.id() + "' aren't kept on disk");
        }
        into.read(featureFile, sequence.offset(), sequence.length());
    }

    /**
     * Reads the features of the first sequences, up to about {@code maxRows} rows and at least one sequence: a sample
     * to fit the scale of a draft's inputs on.
     */
    public void readSample(int maxRows, Features into) {
        if (sequences().isEmpty()) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": the corpus is empty");
        }
        // Rows of one file lie one after the other from the first sequence on, up to where a text couldn't be kept.
        int rows = 0;
        for (CorpusSequence sequence : sequences()) {
            boolean next = sequence.offset() == sequences().get(0).offset() + rows * header.rowBytes();
            if (rows > 0 && (!next || rows + sequence.length() > maxRows)) {
                break;
            }
            rows += sequence.length();
        }
        into.read(featureFile, sequences().get(0).offset(), rows);
    }

    @Override
    public void close() {
        try {
            index.close();
        } finally {
            if (lock != null) {
                lock.close();
            }
        }
    }
}
