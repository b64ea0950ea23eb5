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
 * Texts of a target and its features of them, in a folder: {@code corpus.json} (whose features), {@code corpus.jsonl} (one sequence a
 * line: id, tokens, promptLength or responses, offset, argmax if it isn't the text's own next token) and {@code features.f16} (rows of taps and
 * hidden state; there is none in a corpus without features, whose rows the target computes anew while training). It only grows. What a
 * kill left half-written is cut off when the folder is opened; one process may have it open at a time. Not thread-safe.
 */
public final class Corpus implements AutoCloseable {
    private final Path folder;
    private final Path featureFile;
    private final CorpusIndex index;
    private CorpusHeader header;

    private Corpus(Path folder, CorpusHeader header) {
        this.folder = folder;
        this.featureFile = folder.resolve("features.f16");
        this.header = header;
        try {
            this.index = new CorpusIndex(folder.resolve("corpus.jsonl"), header.rowBytes(), Files.exists(featureFile) ? Files.size(featureFile) : 0);
            if (header.features()) {
                cutFeatures(index.featureBytes());
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't open " + featureFile + ": " + e, e);
        }
    }

    /** Opens the corpus of a target with the target's default taps, with or without features as it is there, or makes one with features. */
    public static Corpus open(Path folder, TargetModel target) {
        return open(folder, target, target.defaultTaps());
    }

    /** Opens a corpus of other taps, with or without features as it is there, or makes one with features. */
    public static Corpus open(Path folder, TargetModel target, int[] taps) {
        Path file = folder.resolve("corpus.json");
        return open(folder, target, taps, !Files.exists(file) || CorpusHeader.read(file).features());
    }

    /**
     * Opens a corpus, or makes an empty one.
     *
     * @param taps     blocks whose inputs are features
     * @param features whether features are kept on disk
     * @throws GtoException ARGUMENT: it is another target's corpus (both are named), has other taps, or features where none are wanted or the other way
     *                      round; FORMAT: a file is broken in its middle; IO: can't be read or written
     */
    public static Corpus open(Path folder, TargetModel target, int[] taps, boolean features) {
        CorpusHeader expected = CorpusHeader.of(target, taps.clone(), features);
        Path file = folder.resolve("corpus.json");
        if (!Files.exists(file)) {
            expected.write(file);
            return new Corpus(folder, expected);
        }
        CorpusHeader found = CorpusHeader.read(file);
        expected.requireSame(found, folder);
        return new Corpus(folder, found);
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
        return header.digest();
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

    /** Tokens of all responses. */
    public long responseTokens() {
        return index.responseTokens();
    }

    /** An empty matrix of the kind that this corpus keeps (F16, with the hidden state). The caller closes it. */
    public Features newFeatures() {
        return Features.create(header.taps().length, header.hidden(), true, Features.Type.F16);
    }

    /**
     * Appends a text: first the features, then the line that makes them count. A text without responses is remembered by its id only.
     *
     * @param text     its offset is ignored
     * @param features one row a token, of the kind of {@link #newFeatures()}; ignored (may be null) if the corpus keeps none or nothing is trained
     * @return the text with its offset
     * @throws GtoException IO: names the file; what was written before stays. ARGUMENT: lengths disagree or the id is there already
     */
    public CorpusSequence append(CorpusSequence text, @Nullable Features features) {
        boolean keep = header.features() && !text.responses().isEmpty();
        if (keep && (features == null || features.rows() != text.length())) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "sequence '" + text.id() + "': expected one row of features a token, found "
                + (features == null ? "none" : features.rows() + " rows") + " and " + text.length() + " tokens");
        }
        if (header.version() < CorpusHeader.VERSION) {
            header = header.renewed();
            header.write(folder.resolve("corpus.json"));
        }
        CorpusSequence sequence = text.at(keep ? features.write(featureFile) : CorpusSequence.NO_FEATURES);
        index.append(sequence);
        return sequence;
    }

    /**
     * Reads a sequence's features, one row a token, into a matrix of the kind of {@link #newFeatures()}; its former rows are dropped.
     *
     * @throws GtoException ARGUMENT: they aren't kept on disk
     */
    public void read(CorpusSequence sequence, Features into) {
        if (sequence.offset() == CorpusSequence.NO_FEATURES) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": the features of sequence '" + sequence.id() + "' aren't kept on disk");
        }
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
