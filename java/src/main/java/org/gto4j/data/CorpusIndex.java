package org.gto4j.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.jspecify.annotations.Nullable;

/** {@code corpus.jsonl}: the sequences of a corpus in the order they were written. A line is good if its features are there, too. */
final class CorpusIndex implements AutoCloseable {
    private final Path file;
    private final JsonLines lines;
    private final long rowBytes;
    private final List<CorpusSequence> sequences = new ArrayList<>();
    private final Map<String, CorpusSequence> byId = new HashMap<>();

    /** @param featureBytes size of the features file: a line whose rows end after it, and all lines after that, are cut off */
    CorpusIndex(Path file, long rowBytes, long featureBytes) {
        this.file = file;
        this.rowBytes = rowBytes;
        this.lines = JsonLines.open(file, (object, line) -> {
            CorpusSequence sequence = parse(object, line);
            if (end(sequence) > featureBytes) {
                return false;
            }
            add(sequence);
            return true;
        });
    }

    private void add(CorpusSequence sequence) {
        sequences.add(sequence);
        byId.put(sequence.id(), sequence);
    }

    private long end(CorpusSequence sequence) {
        return sequence.offset() + sequence.length() * rowBytes;
    }

    /** Bytes of the features file that lines speak of. */
    long featureBytes() {
        return sequences.stream().mapToLong(this::end).max().orElse(0);
    }

    List<CorpusSequence> sequences() {
        return Collections.unmodifiableList(sequences);
    }

    @Nullable CorpusSequence find(String id) {
        return byId.get(id);
    }

    void append(CorpusSequence sequence) {
        if (byId.containsKey(sequence.id())) {
            throw new GtoException(GtoException.Kind.ARGUMENT, file + ": already holds a sequence '" + sequence.id() + "'");
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("id", sequence.id()).put("promptLength", sequence.promptLength())
            .put("offset", sequence.offset());
        fill(object.putArray("tokens"), sequence.tokens());
        if (sequence.argmax() != null) {
            fill(object.putArray("argmax"), sequence.argmax());
        }
        lines.append(object);
        add(sequence);
    }

    private static void fill(ArrayNode array, int[] values) {
        for (int value : values) {
            array.add(value);
        }
    }

    private CorpusSequence parse(ObjectNode object, int line) {
        int[] tokens = ints(object.path("tokens"));
        int[] argmax = object.has("argmax") ? ints(object.get("argmax")) : null;
        int promptLength = object.path("promptLength").asInt();
        long offset = object.path("offset").asLong(-1);
        if (!object.path("id").isTextual() || promptLength < 1 || promptLength >= tokens.length || offset < 0
                || argmax != null && argmax.length != tokens.length) {
            throw new GtoException(GtoException.Kind.FORMAT, file + " line " + line + ": expected id, offset, tokens, 1 <= promptLength < tokens "
                + "and as many argmax as tokens, found id " + object.path("id") + ", offset " + offset + ", " + tokens.length + " tokens, promptLength "
                + promptLength + (argmax == null ? "" : ", " + argmax.length + " argmax"));
        }
        return new CorpusSequence(object.path("id").textValue(), tokens, promptLength, argmax, offset);
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    @Override
    public void close() {
        lines.close();
    }
}
