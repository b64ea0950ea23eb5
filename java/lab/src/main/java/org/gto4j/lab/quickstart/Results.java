package org.gto4j.lab.quickstart;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.eval.BenchRow;

/**
 * The words of {@code results.json}: what the user gets, and what to type next.
 *
 * @param summary sentences
 * @param next a command line
 */
record Results(List<String> summary, String next) {
    /** Copies the list. */
    Results {
        summary = List.copyOf(summary);
    }

    /** Writes fields summary, next, default and fixed, the latter two arrays of rows. */
    void write(Path file, ResultTables tables) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        summary.forEach(json.putArray("summary")::add);
        json.put("next", next);
        put(json.putArray("default"), tables.byDefault());
        put(json.putArray("fixed"), tables.fixed());
        JsonFile.write(file, json);
    }

    private static void put(ArrayNode array, List<BenchRow> rows) {
        rows.forEach(row -> array.add(row.toJson()));
    }

    /** What a file holds; IO: can't be read; FORMAT: it isn't one of these. */
    static Results read(Path file) {
        JsonFile json = JsonFile.read(file);
        List<String> summary = new ArrayList<>();
        json.json().path("summary").forEach(sentence -> summary.add(sentence.asText()));
        if (summary.isEmpty()) {
            throw json.wrong("summary", "an array of sentences");
        }
        return new Results(summary, json.text("next"));
    }

    /** Whether {@link #read} would succeed. */
    static boolean isReadable(Path file) {
        try {
            read(file);
            return true;
        } catch (GtoException e) {
            return false;
        }
    }
}
