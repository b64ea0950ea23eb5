package org.gto4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * {@code corpus.jsonl}: the texts of a corpus in the order they were written. A line is good if its features are there, too. A text of which nothing is
 * trained is known by its id, but isn't one of the sequences.
 */
final class CorpusIndex implements AutoCloseable {
    private final Path file;
    private final JsonLines lines;
    private final long rowBytes;
    private final List<CorpusSequence> sequences = new ArrayList<>();
    private final Map<String, CorpusSequence> byId = new HashMap<>();
    private long responseTokens;

    /**
     * @param rowBytes     of a row of features
     * @param featureBytes size of the features file: a line whose rows end after it, and all lines after that, are cut off
     */
    CorpusIndex(Path file, long rowBytes, long featureBytes) {
        this.file = file;
        this.rowBytes = rowBytes;
        this.lines = JsonLines.open(file, (object, line) -> visit(object, line, featureBytes));
    }

    /** Reads a file that another process may be writing: nothing is cut off; the sequences whose features are there. */
    static List<CorpusSequence> read(Path file, long rowBytes, long featureBytes) {
        List<CorpusSequence> sequences = new ArrayList<>();
        JsonLines.read(file, (object, line) -> {
            CorpusSequence sequence = CorpusLine.read(object, file + " line " + line);
            boolean there = end(sequence, rowBytes) <= featureBytes;
            if (there && !sequence.responses().isEmpty()) {
                sequences.add(sequence);
            }
            return there;
        });
        return sequences;
    }

    private boolean visit(ObjectNode object, int line, long featureBytes) {
        CorpusSequence sequence = CorpusLine.read(object, file + " line " + line);
        if (end(sequence, rowBytes) > featureBytes) {
            return false;
        }
        add(sequence);
        return true;
    }

    private void add(CorpusSequence sequence) {
        byId.put(sequence.id(), sequence);
        responseTokens += sequence.responseLength();
        if (!sequence.responses().isEmpty()) {
            sequences.add(sequence);
        }
    }

    private static long end(CorpusSequence sequence, long rowBytes) {
        return sequence.offset() == CorpusSequence.NO_FEATURES ? 0 : sequence.offset() + sequence.length() * rowBytes;
    }

    /** Bytes of the features file that lines speak of. */
    long featureBytes() {
        return sequences.stream().mapToLong(sequence -> end(sequence, rowBytes)).max().orElse(0);
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

    void append(CorpusSequence sequence) {
        if (byId.containsKey(sequence.id())) {
            throw new GtoException(GtoException.Kind.ARGUMENT, file + ": already holds a sequence '" + sequence.id() + "'");
        }
        lines.append(CorpusLine.write(sequence));
        add(sequence);
    }

    @Override
    public void close() {
        lines.close();
    }
}
