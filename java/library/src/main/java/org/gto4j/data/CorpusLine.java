package org.gto4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code corpus.jsonl}: id, source and settings (left out if they aren't known, see {@link Provenance}),
 * tokens, offset (left out without features), argmax (left out if greedy), and either promptLength (one answer of the
 * target up to the end: all that version 1 knew) or responses ([[start, end], ...]) with own.
 */
final class CorpusLine {
    private CorpusLine() {}

    static ObjectNode write(CorpusSequence sequence) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("id", sequence.id());
        if (sequence.provenance() != null) {
            object.put("source", sequence.provenance().source())
                    .put("settings", sequence.provenance().settings());
        }
        if (sequence.isOneAnswer()) {
            object.put("promptLength", sequence.promptLength());
        } else {
            ArrayNode responses = object.put("own", sequence.own()).putArray("responses");
            sequence.responses()
                    .forEach(span -> responses.addArray().add(span.start()).add(span.end()));
        }
        if (sequence.offset() != CorpusSequence.NO_FEATURES) {
            object.put("offset", sequence.offset());
        }
        fill(object.putArray("tokens"), sequence.tokens());
        if (sequence.argmax() != null) {
            fill(object.putArray("argmax"), sequence.argmax());
        }
        return object;
    }

    private static void fill(ArrayNode array, int[] values) {
        for (int value : values) {
            array.add(value);
        }
    }

    /**
     * @param where file and line, for messages
     * @throws GtoException FORMAT: names the place, the field, what was expected and found
     */
    static CorpusSequence read(ObjectNode object, String where) {
        JsonFile line = new JsonFile(where, object);
        String id = line.text("id");
        int[] tokens = line.ints("tokens");
        int[] argmax = object.has("argmax") ? line.ints("argmax") : null;
        long offset = object.has("offset") ? line.whole("offset", 0, Long.MAX_VALUE) : CorpusSequence.NO_FEATURES;
        boolean own = !object.has("own") || line.truth("own");
        Provenance provenance =
                object.has("source") ? new Provenance(line.text("source"), line.text("settings")) : null;
        try {
            return new CorpusSequence(id, tokens, responses(line, tokens.length), own, argmax, offset, provenance);
        } catch (GtoException e) {
            throw e.kind() == GtoException.Kind.FORMAT
                    ? e
                    : new GtoException(GtoException.Kind.FORMAT, where + ": " + e.getMessage(), e);
        }
    }

    private static List<ResponseSpan> responses(JsonFile line, int length) {
        if (!line.json().has("responses")) {
            int promptLength = line.whole("promptLength", 1);
            if (promptLength >= length) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        line.where() + ": expected a promptLength below the line's " + length
                                + " tokens, found promptLength " + promptLength);
            }
            return List.of(new ResponseSpan(promptLength, length));
        }
        JsonNode spans = line.json().get("responses");
        List<ResponseSpan> read = new ArrayList<>();
        for (JsonNode pair : spans) {
            if (pair.size() != 2 || !isInt(pair.get(0)) || !isInt(pair.get(1))) {
                throw line.wrong("responses", "an array of [start, end]");
            }
            read.add(new ResponseSpan(pair.get(0).intValue(), pair.get(1).intValue()));
        }
        if (!spans.isArray()) {
            throw line.wrong("responses", "an array of [start, end]");
        }
        return read;
    }

    private static boolean isInt(@Nullable JsonNode node) {
        return node != null && node.isIntegralNumber() && node.canConvertToInt();
    }
}
