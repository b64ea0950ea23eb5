package org.gto4j.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;

/** What a run was started with, as JSON: a run is resumed with the same or not at all. */
final class RunConfig {
    private RunConfig() {}

    /**
     * A record's components by name; records within it become objects, everything else numbers, truth values or texts.
     */
    static ObjectNode of(Record record) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            json.set(component.getName(), value(read(record, component)));
        }
        return json;
    }

    private static Object read(Record record, RecordComponent component) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new GtoException(
                    GtoException.Kind.INTERNAL,
                    "can't read " + record.getClass().getName() + "." + component.getName(),
                    e);
        }
    }

    private static JsonNode value(Object value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (value instanceof Record record) {
            return of(record);
        }
        if (value instanceof Boolean truth) {
            return json.booleanNode(truth);
        }
        if (value instanceof Number) {
            // A text keeps each number's own shortest form, so that a file compares equal to what it was written from.
            return json.textNode(value.toString());
        }
        if (value instanceof Optional<?> optional) {
            return optional.isPresent() ? value(optional.get()) : json.textNode("none");
        }
        return json.textNode(String.valueOf(value));
    }

    /** CRC-32 of the draft's vocabularies and weights: tells whether a resumed run starts from the same draft. */
    static String fingerprint(DraftModel draft) {
        CRC32 crc = new CRC32();
        for (int token : draft.vocabulary()) {
            crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(token).flip());
        }
        DraftWeights.read(draft, values -> {
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
            bytes.asFloatBuffer().put(values);
            crc.update(bytes);
        });
        draft.contextVocabulary().ifPresent(context -> {
            update(crc, context.offset());
            if (context.bigramBonus() != 0) {
                update(crc, context.bigramBonus());
            }
        });
        return Long.toHexString(crc.getValue());
    }

    private static void update(CRC32 crc, double value) {
        crc.update(ByteBuffer.allocate(Double.BYTES).putDouble(value).flip());
    }

    /**
     * The fields (with their paths) of the expected object in which another differs, as "name: expected x, found y".
     */
    static List<String> differences(JsonNode expected, JsonNode found) {
        List<String> differences = new ArrayList<>();
        compare(expected, found, "", differences);
        return differences;
    }

    private static void compare(JsonNode expected, JsonNode found, String path, List<String> differences) {
        if (!expected.isObject() || !found.isObject()) {
            if (!expected.equals(found)) {
                differences.add(
                        path + ": expected " + expected + ", found " + (found.isMissingNode() ? "nothing" : found));
            }
            return;
        }
        for (Map.Entry<String, JsonNode> field : expected.properties()) {
            compare(
                    field.getValue(),
                    found.path(field.getKey()),
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    differences);
        }
    }
}
