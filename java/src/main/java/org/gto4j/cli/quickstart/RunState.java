package org.gto4j.cli.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.gto4j.io.AtomicFile;

/**
 * What is done, and the time used, in {@code quickstart.json}: a run that was killed goes on with the time that it had left. Used by one thread.
 */
final class RunState {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double SAVE_SECONDS = 5;
    /** A part that was slow must not leave its successors nothing at all. */
    private static final double LEAST_SECONDS = 1;

    private final Path file;
    private final double budget;
    private final String model;
    private final Map<Part, Double> planned = new EnumMap<>(Part.class);
    private final Map<Part, Double> used = new EnumMap<>(Part.class);
    private final Set<Part> done = EnumSet.noneOf(Part.class);
    private Part current = Part.SETUP;
    private long lastTick = System.nanoTime();
    private double unsaved;

    private RunState(Path file, double budget, String model) {
        this.file = file;
        this.budget = budget;
        this.model = model;
    }

    /**
     * Opens a folder's state, new or old.
     *
     * @throws GtoException ARGUMENT: the folder belongs to a run with another model; FORMAT: the file is broken
     */
    static RunState open(QuickstartOptions options) {
        String model = options.model() == null ? "" : options.model().toAbsolutePath().normalize().toString();
        RunState state = new RunState(options.folder().resolve("quickstart.json"), 60 * options.minutes(), model);
        if (Files.exists(state.file)) {
            state.load();
        }
        return state;
    }

    private void load() {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            String found = json.path("model").asText();
            if (!found.equals(model)) {
                throw new GtoException(GtoException.Kind.ARGUMENT, file.getParent() + ": this run was started with " + name(found) + ", not with " + name(model)
                    + "; use another --dir");
            }
            for (Part part : Part.values()) {
                JsonNode entry = json.path("parts").path(part.name());
                if (entry.has("planned_seconds")) {
                    planned.put(part, entry.path("planned_seconds").asDouble());
                }
                used.put(part, entry.path("used_seconds").asDouble());
                if (entry.path("done").asBoolean()) {
                    done.add(part);
                }
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.FORMAT, "can't read " + file + ": " + e.getMessage(), e);
        }
    }

    private static String name(String modelFile) {
        return modelFile.isEmpty() ? "the default model" : modelFile;
    }

    boolean isDone(Part part) {
        return done.contains(part);
    }

    boolean isComplete() {
        return done.size() == Part.values().length;
    }

    /** Starts or resumes a part: from now on time is booked on it. Returns the seconds planned for it, the same each time. */
    double begin(Part part) {
        tick();
        current = part;
        planned.computeIfAbsent(part, key -> Math.max(LEAST_SECONDS, Shares.DEFAULT.seconds(key, budget - usedSeconds())));
        save();
        return planned.get(part);
    }

    /** Seconds that the current part has left. */
    double left() {
        tick();
        return planned.get(current) - used.getOrDefault(current, 0.0);
    }

    /** Share of the current part's time that is used, at most 1. */
    double fraction() {
        return Math.min(1, Math.max(0, 1 - left() / planned.get(current)));
    }

    /** When the current part should end. */
    Instant deadline() {
        return Instant.now().plusMillis(Math.round(1000 * Math.max(LEAST_SECONDS, left())));
    }

    /** Books the time since the last call; called often. */
    void tick() {
        long now = System.nanoTime();
        double seconds = (now - lastTick) * 1e-9;
        lastTick = now;
        used.merge(current, seconds, Double::sum);
        unsaved += seconds;
        if (unsaved >= SAVE_SECONDS) {
            save();
        }
    }

    /** The current part is done. */
    void finish() {
        tick();
        done.add(current);
        save();
    }

    /** Seconds used by all parts of the run. */
    double usedSeconds() {
        return used.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Seconds for the whole run. */
    double budgetSeconds() {
        return budget;
    }

    void save() {
        unsaved = 0;
        ObjectNode json = JSON.createObjectNode().put("model", model).put("budget_seconds", budget);
        ObjectNode parts = json.putObject("parts");
        for (Part part : Part.values()) {
            ObjectNode entry = parts.putObject(part.name()).put("used_seconds", used.getOrDefault(part, 0.0)).put("done", done.contains(part));
            if (planned.containsKey(part)) {
                entry.put("planned_seconds", planned.get(part));
            }
        }
        AtomicFile.write(file, json.toPrettyString() + "\n");
    }
}
