package org.gto4j.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonLines;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code corpus.jsonl}: the texts of a corpus in the order they were written. A line is good if its features are there,
 * too. A text of which nothing is trained is known by its id, but isn't one of the sequences.
 */
final class CorpusIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CorpusIndex.class);

    private final Path file;
    private final long rowBytes;
    private final LongSupplier featureBytes;
    private final List<CorpusSequence> sequences = new ArrayList<>();
    private final Map<String, CorpusSequence> byId = new HashMap<>();
    private final @Nullable JsonLines lines;
    private long responseTokens;
    private long knownBytes;
    /** End of the features that lines speak of. */
    private long end;

    private int firstWithout;
    private long startWithout;
    private long endWithout;

    private CorpusIndex(Path file, long rowBytes, LongSupplier featureBytes, boolean append) {
        this.file = file;
        this.rowBytes = rowBytes;
        this.featureBytes = featureBytes;
        long good = Files.exists(file) ? JsonLines.scan(file, this::visit) : 0;
        if (firstWithout > 0) {
            LOG.warn(
                    "{}: the features of line {} and what follows are missing: expected features.f16 to hold {} bytes and more, found {}; these texts are left out",
                    file,
                    firstWithout,
                    endWithout,
                    knownBytes);
        }
        lines = append ? JsonLines.append(file, firstWithout > 0 ? startWithout : good) : null;
    }

    /**
     * Opens a file to append to it; half a line at its end is cut off, and so are lines without features.
     *
     * @param rowBytes of a row of features
     * @param featureBytes size of the features file
     */
    CorpusIndex(Path file, long rowBytes, long featureBytes) {
        this(file, rowBytes, () -> featureBytes, true);
    }

    /**
     * Reads a file that another process may be writing: nothing is changed.
     *
     * @param featureBytes the size of the features file as it is when asked
     */
    static CorpusIndex reading(Path file, long rowBytes, LongSupplier featureBytes) {
        return new CorpusIndex(file, rowBytes, featureBytes, false);
    }

    /** The sequences of a file whose features are there; as {@link #reading}. */
    static List<CorpusSequence> read(Path file, long rowBytes, long featureBytes) {
        return reading(file, rowBytes, () -> featureBytes).sequences;
    }

    /**
     * Lines without features come last or not at all: one in the middle has a wrong offset, and is an error rather than
     * the end of the file.
     */
    private boolean visit(ObjectNode object, int line, long start) {
        String where = file + " line " + line;
        CorpusSequence sequence = CorpusLine.read(object, where);
        if (byId.containsKey(sequence.id())) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    where + ": field id: expected ids that differ, found '" + sequence.id() + "' again");
        }
        boolean kept = sequence.offset() != CorpusSequence.NO_FEATURES;
        if (kept && sequence.offset() < end) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    where + ": field offset: expected at least " + end
                            + ", where the features of the lines before end, found " + sequence.offset());
        }
        if (kept && sequence.offset() < endWithout) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file + " line " + firstWithout + ": field offset: expected features that end before byte "
                            + sequence.offset() + ", where those of a later line begin, found an end at " + endWithout);
        }
        if (kept && !isThere(sequence)) {
            if (knownBytes == 0) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        file.resolveSibling("features.f16") + ": expected the features of " + where + ", found none");
            }
            endWithout = end(sequence);
            if (firstWithout == 0) {
                firstWithout = line;
                startWithout = start;
            }
        } else if (firstWithout == 0) {
            add(sequence);
        }
        return true;
    }

    /**
     * A line is written when its features are on the disk: if they aren't known yet, they came while the lines were
     * read.
     */
    private boolean isThere(CorpusSequence sequence) {
        if (end(sequence) > knownBytes) {
            knownBytes = featureBytes.getAsLong();
        }
        return end(sequence) <= knownBytes;
    }

    private void add(CorpusSequence sequence) {
        byId.put(sequence.id(), sequence);
        responseTokens += sequence.responseLength();
        end = Math.max(end, end(sequence));
        if (!sequence.responses().isEmpty()) {
            sequences.add(sequence);
        }
    }

    /** Beyond every file's end if an offset is larger than any file. */
    private long end(CorpusSequence sequence) {
        if (sequence.offset() == CorpusSequence.NO_FEATURES) {
            return 0;
        }
        long bytes = sequence.length() * rowBytes;
        return sequence.offset() > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : sequence.offset() + bytes;
    }

    /** Bytes of the features file that lines speak of. */
    long featureBytes() {
        return end;
    }

    List<CorpusSequence> sequences() {
        return Collections.unmodifiableList(sequences);
    }

    long responseTokens() {
        return responseTokens;
    }

    @Nullable CorpusSequence find(String id) {
        return byId.get(id);
    }

    /** Refuses an id that is there; ARGUMENT. */
    void requireNew(String id) {
        if (byId.containsKey(id)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, file + ": already holds a sequence '" + id + "'");
        }
    }

    /** Refuses tokens that a target of {@code vocabulary} tokens doesn't know; FORMAT: names file and text. */
    void requireTokens(int vocabulary) {
        for (CorpusSequence sequence : byId.values()) {
            require("tokens", sequence, sequence.tokens(), 0, vocabulary);
            if (sequence.argmax() != null) {
                require("argmax", sequence, sequence.argmax(), -1, vocabulary);
            }
        }
    }

    private void require(String field, CorpusSequence sequence, int[] values, int least, int vocabulary) {
        for (int value : values) {
            if (value < least || value >= vocabulary) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        file + ", text '" + sequence.id() + "': field " + field + ": expected " + least + ".."
                                + (vocabulary - 1) + ", found " + value);
            }
        }
    }

    void append(CorpusSequence sequence) {
        if (lines == null) {
            throw new GtoException(GtoException.Kind.ARGUMENT, file + ": the corpus was opened to be read");
        }
        requireNew(sequence.id());
        lines.append(CorpusLine.write(sequence));
        add(sequence);
    }

    @Override
    public void close() {
        if (lines != null) {
            lines.close();
        }
    }
}
