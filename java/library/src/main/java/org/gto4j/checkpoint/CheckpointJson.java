package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.gto4j.io.TextFile;

/** JSON objects of checkpoints. */
final class CheckpointJson {
    private CheckpointJson() {}

    static JsonFile read(Path file) {
        return new JsonFile(file.toString(), parse(file.toString(), TextFile.read(file)));
    }

    /** Its parts may be null: null is as good as nothing. */
    static ObjectNode parse(String where, String text) {
        try {
            JsonNode json = StrictJson.parse(text);
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new GtoException(
                    GtoException.Kind.FORMAT, where + ": top level: expected an object, found " + kind(json));
        } catch (MalformedJsonException e) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    where + ", line " + e.line() + ": expected a JSON object, found " + e.found(),
                    e);
        }
    }

    static boolean has(JsonFile json, String field) {
        return json.json().hasNonNull(field);
    }

    private static String kind(JsonNode json) {
        return json.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}
