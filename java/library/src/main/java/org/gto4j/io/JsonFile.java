package org.gto4j.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.error.GtoException;

/**
 * A JSON object that we wrote once and read back: whatever the file holds now, a field is what it should be or a
 * {@link GtoException} of kind FORMAT says what was expected and found.
 *
 * @param where the file, or file and line, for messages
 * @param json what it holds
 */
public record JsonFile(String where, ObjectNode json) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int LONGEST_EXCERPT = 60;

    /** Reads a file; IO: can't be read; FORMAT: it isn't one JSON object. */
    public static JsonFile read(Path file) {
        try {
            JsonNode node = JSON.readTree(Files.readAllBytes(file));
            if (node instanceof ObjectNode object) {
                return new JsonFile(file.toString(), object);
            }
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file + ": expected a JSON object, found "
                            + (node.isMissingNode() ? "an empty file" : excerpt(node)));
        } catch (JsonProcessingException e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file + ": expected JSON, found something else"
                            + (e.getLocation() == null
                                    ? ""
                                    : " in line " + e.getLocation().getLineNr()),
                    e);
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    /**
     * Writes JSON with line breaks and indents. The file is whole: the old one or the new one.
     *
     * @throws GtoException IO: names the file
     */
    public static void write(Path file, JsonNode json) {
        AtomicFile.write(file, json.toPrettyString() + "\n");
    }

    /** What a node holds; FORMAT: it isn't an object. */
    public static JsonFile of(String where, JsonNode node) {
        if (node instanceof ObjectNode object) {
            return new JsonFile(where, object);
        }
        throw new GtoException(GtoException.Kind.FORMAT, where + ": expected a JSON object, found " + excerpt(node));
    }

    /** A field that holds a text. */
    public String text(String field) {
        JsonNode node = json.path(field);
        if (!node.isTextual()) {
            throw wrong(field, "a text");
        }
        return node.textValue();
    }

    /** A field that holds a truth value. */
    public boolean truth(String field) {
        JsonNode node = json.path(field);
        if (!node.isBoolean()) {
            throw wrong(field, "true or false");
        }
        return node.booleanValue();
    }

    /** A field that holds a whole number within bounds. */
    public long whole(String field, long least, long most) {
        JsonNode node = json.path(field);
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < least
                || node.longValue() > most) {
            throw wrong(field, "a whole number in " + least + ".." + most);
        }
        return node.longValue();
    }

    /** {@link #whole(String, long, long)} within an int. */
    public int whole(String field, int least) {
        return (int) whole(field, least, Integer.MAX_VALUE);
    }

    /** A field that holds a finite number, at least {@code least}. */
    public double number(String field, double least) {
        JsonNode node = json.path(field);
        if (!node.isNumber() || !Double.isFinite(node.doubleValue()) || node.doubleValue() < least) {
            throw wrong(field, "a number, at least " + least);
        }
        return node.doubleValue();
    }

    /** A field that holds an object. */
    public JsonFile object(String field) {
        if (!(json.path(field) instanceof ObjectNode object)) {
            throw wrong(field, "an object");
        }
        return new JsonFile(where + ", " + field, object);
    }

    /** A field that holds an array of objects. */
    public List<JsonFile> objects(String field) {
        if (!json.path(field).isArray()) {
            throw wrong(field, "an array of objects");
        }
        List<JsonFile> objects = new ArrayList<>();
        for (JsonNode node : json.path(field)) {
            if (!(node instanceof ObjectNode object)) {
                throw wrong(field, "an array of objects");
            }
            objects.add(new JsonFile(where + ", " + field + " " + objects.size(), object));
        }
        return objects;
    }

    /** A field that holds an array of whole numbers within an int. */
    public int[] ints(String field) {
        JsonNode array = json.path(field);
        if (!array.isArray()) {
            throw wrong(field, "an array of whole numbers");
        }
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            if (!array.get(i).isIntegralNumber() || !array.get(i).canConvertToInt()) {
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        where + ": " + field + ", entry " + i + ": expected a whole number, found "
                                + excerpt(array.get(i)));
            }
            values[i] = array.get(i).intValue();
        }
        return values;
    }

    /** The error of a field. */
    public GtoException wrong(String field, String expected) {
        return new GtoException(
                GtoException.Kind.FORMAT,
                where + ": field " + field + ": expected " + expected + ", found " + excerpt(json.path(field)));
    }

    private static String excerpt(JsonNode node) {
        if (node.isMissingNode()) {
            return "nothing";
        }
        String text = node.toString();
        return text.length() <= LONGEST_EXCERPT ? text : text.substring(0, LONGEST_EXCERPT) + "...";
    }
}
