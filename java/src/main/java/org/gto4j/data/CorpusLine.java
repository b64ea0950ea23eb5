package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code corpus.jsonl}: id, tokens, offset (left out without features), argmax (left out if greedy), and either promptLength (one answer
 * of the target up to the end: all that version 1 knew) or responses ([[start, end], ...]) with own.
 */
final class CorpusLine {
    private CorpusLine() {
    }

    static ObjectNode write(CorpusSequence sequence) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("id", sequence.id());
        if (sequence.isOneAnswer()) {
            object.put("promptLength", sequence.promptLength());
        } else {
            ArrayNode responses = object.put("own", sequence.own()).putArray("responses");
            sequence.responses().forEach(span -> responses.addArray().add(span.start()).add(span.end()));
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
     * @throws GtoException FORMAT: names the place, what was expected and found
     */
    static CorpusSequence read(ObjectNode object, String where) {
        int[] tokens = ints(object.path("tokens"));
        int[] argmax = object.has("argmax") ? ints(object.get("argmax")) : null;
        long offset = object.has("offset") ? object.get("offset").asLong(-2) : CorpusSequence.NO_FEATURES;
        List<ResponseSpan> responses = responses(object, tokens.length);
        if (!object.path("id").isTextual() || responses == null || offset < CorpusSequence.NO_FEATURES || argmax != null && argmax.length != tokens.length) {
            throw new GtoException(GtoException.Kind.FORMAT, where + ": expected id, tokens, 1 <= promptLength < tokens or responses, and as many argmax "
                + "as tokens, found id " + object.path("id") + ", offset " + object.path("offset") + ", " + tokens.length + " tokens, promptLength "
                + object.path("promptLength") + (argmax == null ? "" : ", " + argmax.length + " argmax"));
        }
        try {
            return new CorpusSequence(object.path("id").textValue(), tokens, responses, object.path("own").asBoolean(true), argmax, offset);
        } catch (GtoException e) {
            throw new GtoException(GtoException.Kind.FORMAT, where + ": " + e.getMessage(), e);
        }
    }

    private static @Nullable List<ResponseSpan> responses(ObjectNode object, int length) {
        if (!object.has("responses")) {
            int promptLength = object.path("promptLength").asInt();
            return promptLength < 1 || promptLength >= length ? null : List.of(new ResponseSpan(promptLength, length));
        }
        List<ResponseSpan> spans = new ArrayList<>();
        for (JsonNode pair : object.get("responses")) {
            spans.add(new ResponseSpan(pair.path(0).asInt(), pair.path(1).asInt()));
        }
        return spans;
    }

    private static int[] ints(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }
}
