package org.gto4j.eval;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.gto4j.data.JsonLines;

/** Comparisons on disk as they are made, so that a stopped run goes on: JSON lines, the first of which says what is compared. Not thread-safe. */
public final class ParityLog implements AutoCloseable {
    private final List<ParityCheck> known = new ArrayList<>();
    private final JsonLines lines;

    private ParityLog(Path file, ObjectNode run) {
        boolean[] started = new boolean[1];
        lines = JsonLines.open(file, (object, line) -> {
            if (line > 1) {
                return known.add(ParityCheck.of(object));
            }
            started[0] = true;
            if (!object.equals(run)) {
                throw new GtoException(GtoException.Kind.FORMAT, file + ": expected comparisons of " + run + ", found those of " + object
                    + "; name another file, or delete it");
            }
            return true;
        });
        if (!started[0]) {
            lines.append(run);
        }
    }

    /**
     * Opens or makes a file.
     *
     * @param run what is compared and how
     * @throws GtoException FORMAT: the file holds comparisons of another run
     */
    public static ParityLog open(Path file, ObjectNode run) {
        return new ParityLog(file, run);
    }

    /** What was compared before; a copy. */
    public List<ParityCheck> known() {
        return List.copyOf(known);
    }

    /** Appends a comparison and forces it to the disk. */
    public void add(ParityCheck check) {
        lines.append(check.toJson());
    }

    @Override
    public void close() {
        lines.close();
    }
}
