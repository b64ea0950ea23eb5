package org.gto4j.lab.parity;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.common.Visible;
import org.gto4j.error.GtoException;
import org.gto4j.io.IoFailure;
import org.gto4j.io.JsonLines;
import org.gto4j.io.MalformedJsonException;
import org.gto4j.io.StrictJson;
import org.gto4j.lab.eval.Dataset;

/**
 * Comparisons on disk as they are made, so that a stopped run goes on: JSON lines, the first of which says what is
 * compared. Not thread-safe.
 */
public final class ParityLog implements AutoCloseable {
    private static final int LONGEST_LINE = 1 << 20;
    private static final int SHOWN = 60;
    private static final String PROMPT = "prompt_sha256";

    private final Map<List<String>, String> prompts = new HashMap<>();
    private final Map<List<Object>, ParityCheck> known = new LinkedHashMap<>();
    private final JsonLines lines;

    private ParityLog(Path file, ObjectNode run, List<Dataset> datasets) {
        datasets.forEach(dataset -> dataset.prompts()
                .forEach(prompt -> prompts.put(List.of(dataset.name(), prompt.id()), prompt.digest())));
        requireOurs(file, run);
        boolean[] started = new boolean[1];
        if (Files.exists(file)) {
            JsonLines.read(file, (object, line) -> {
                started[0] = true;
                if (!object.equals(run)) {
                    throw other(file, run, "those of " + object);
                }
                return false;
            });
        }
        lines = JsonLines.openRepairing(file, (object, line) -> line == 1 || count(object));
        if (!started[0]) {
            lines.append(run);
        }
    }

    private boolean count(ObjectNode line) {
        ParityCheck check = ParityCheck.of(line);
        if (line.path(PROMPT).asText().equals(digest(check))) {
            known.put(check.key(), check);
        }
        return true;
    }

    /** Empty for a prompt that isn't asked now. */
    private String digest(ParityCheck check) {
        return prompts.getOrDefault(List.of(check.dataset(), check.prompt()), "");
    }

    /** What isn't a log, or the torn beginning of one, is somebody's file: opening it would cut it. */
    private static void requireOurs(Path file, ObjectNode run) {
        if (!Files.exists(file)) {
            return;
        }
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file))) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int b = input.read();
            while (b >= 0 && b != '\n' && line.size() < LONGEST_LINE) {
                line.write(b);
                b = input.read();
            }
            String found = line.toString(StandardCharsets.UTF_8);
            if (b == '\n' ? !isObject(found) : !run.toString().startsWith(found)) {
                throw other(file, run, "'" + Visible.of(found.substring(0, Math.min(SHOWN, found.length()))) + "'");
            }
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    private static boolean isObject(String line) {
        try {
            return StrictJson.parse(line).isObject();
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    private static GtoException other(Path file, ObjectNode run, String found) {
        return new GtoException(
                GtoException.Kind.FORMAT,
                file + ": expected comparisons of " + run + ", found " + found + "; name another file, or delete it");
    }

    /**
     * Opens or makes a file.
     *
     * @param run what is compared and how
     * @param datasets prompts: comparisons of others under the same names are made again
     * @throws GtoException FORMAT: the file holds comparisons of another run
     */
    public static ParityLog open(Path file, ObjectNode run, List<Dataset> datasets) {
        return new ParityLog(file, run, datasets);
    }

    /** A log of prompts that are known by their names alone. */
    static ParityLog open(Path file, ObjectNode run) {
        return new ParityLog(file, run, List.of());
    }

    /** What was compared before, each comparison as it was told last; a copy. */
    public List<ParityCheck> known() {
        return List.copyOf(known.values());
    }

    /** Appends a comparison and forces it to the disk. */
    public void add(ParityCheck check) {
        lines.append(check.toJson().put(PROMPT, digest(check)));
    }

    @Override
    public void close() {
        lines.close();
    }
}
