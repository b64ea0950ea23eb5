package org.gto4j.lab.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.io.FileDigest;
import org.gto4j.io.JsonFile;
import org.gto4j.io.StateFile;
import org.gto4j.lab.report.ChangedOption;

/**
 * What is done, and the time used, in {@code quickstart.json}: a run that was killed goes on with the time that it had
 * left. Used by one thread.
 */
final class RunState {
    private static final String DIGEST = "model_sha256";
    private static final String VERSION = "version";
    /** Runs of version 1, which doesn't say so, never measured the default decoder. */
    private static final int CURRENT = 2;

    private static final double SAVE_SECONDS = 5;
    /** A part that was slow must not leave its successors nothing at all. */
    private static final double LEAST_SECONDS = 1;

    private final StateFile file;
    private final QuickstartOptions options;
    private final double budget;
    private final String model;
    private final String digest;
    private final Map<Part, Double> planned = new EnumMap<>(Part.class);
    private final Map<Part, Double> used = new EnumMap<>(Part.class);
    private final Set<Part> done = EnumSet.noneOf(Part.class);
    private Part current = Part.SETUP;
    private long lastTick = System.nanoTime();
    private double unsaved;

    private RunState(QuickstartOptions options, String model, String digest) {
        this.file = new StateFile(options.folder().resolve("quickstart.json"));
        this.options = options;
        this.budget = 60 * options.minutes();
        this.model = model;
        this.digest = digest;
    }

    /**
     * Opens a folder's state, new or old; a damaged one is taken as it was before it was last written, or made again.
     *
     * @throws GtoException ARGUMENT: the folder belongs to a run with another model
     */
    static RunState open(QuickstartOptions options) {
        Path path = options.model();
        String model = path == null ? "" : path.toAbsolutePath().normalize().toString();
        String digest = path == null || !Files.isRegularFile(path) ? "" : FileDigest.ofModel(path);
        RunState state = new RunState(options, model, digest);
        state.file.read(Stored::read).ifPresent(state::take);
        return state;
    }

    /** What a file holds. */
    private record Stored(
            int version,
            String model,
            String digest,
            Map<Part, Double> planned,
            Map<Part, Double> used,
            Set<Part> done) {
        static Stored read(JsonFile json) {
            Stored stored = new Stored(
                    json.json().has(VERSION) ? (int) json.whole(VERSION, 1, CURRENT) : 1,
                    json.text("model"),
                    json.json().has(DIGEST) ? json.text(DIGEST) : "",
                    new EnumMap<>(Part.class),
                    new EnumMap<>(Part.class),
                    EnumSet.noneOf(Part.class));
            JsonFile parts = json.object("parts");
            for (Part part : Part.values()) {
                JsonFile entry = parts.object(part.name());
                stored.used.put(part, entry.number("used_seconds", 0));
                if (entry.json().has("planned_seconds")) {
                    stored.planned.put(part, entry.number("planned_seconds", 0));
                }
                if (entry.truth("done")) {
                    stored.done.add(part);
                }
            }
            return stored;
        }
    }

    private void take(Stored stored) {
        boolean known = !digest.isEmpty() && !stored.digest().isEmpty();
        if (known ? !digest.equals(stored.digest()) : !model.equals(stored.model())) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    file.path().toAbsolutePath().getParent() + ": this run was started with " + name(stored.model())
                            + ", not with " + (model.equals(stored.model()) ? "what that file holds now" : name(model))
                            + "; use another --dir");
        }
        planned.putAll(stored.planned());
        used.putAll(stored.used());
        done.addAll(stored.done());
        if (stored.version() < CURRENT) {
            reopen(Part.EVALUATION);
            reopen(Part.REPORT);
        }
    }

    /** A part is to be done again, in the time that the others leave. */
    void reopen(Part part) {
        planned.remove(part);
        used.remove(part);
        done.remove(part);
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

    /**
     * Starts or resumes a part: from now on time is booked on it. Returns the seconds planned for it, the same each
     * time.
     */
    double begin(Part part) {
        tick();
        current = part;
        planned.computeIfAbsent(
                part, key -> Math.max(LEAST_SECONDS, BudgetShares.DEFAULT.seconds(key, budget - usedSeconds())));
        save();
        return planned.get(part);
    }

    /** Seconds that the current part has left. */
    double left() {
        tick();
        return planned() - used.getOrDefault(current, 0.0);
    }

    private double planned() {
        return Objects.requireNonNull(planned.get(current), "no part has begun");
    }

    /** Share of the current part's time that is used, at most 1. */
    double fraction() {
        return Math.min(1, Math.max(0, 1 - left() / planned()));
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

    /** The options of this part of the run that aren't the defaults. */
    List<ChangedOption> changedOptions() {
        return ChangedOption.of(options.setBy(), options.changed());
    }

    /** Seconds for the whole run. */
    double budgetSeconds() {
        return budget;
    }

    void save() {
        unsaved = 0;
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put(VERSION, CURRENT)
                .put("model", model)
                .put(DIGEST, digest)
                .put("budget_seconds", budget);
        ObjectNode setBy = json.putObject(ChangedOption.SET_BY);
        options.setBy().forEach(setBy::put);
        ObjectNode changed = json.putObject(ChangedOption.CHANGED);
        options.changed().forEach(changed::put);
        ObjectNode parts = json.putObject("parts");
        for (Part part : Part.values()) {
            ObjectNode entry = parts.putObject(part.name())
                    .put("used_seconds", used.getOrDefault(part, 0.0))
                    .put("done", done.contains(part));
            if (planned.containsKey(part)) {
                entry.put("planned_seconds", planned.get(part));
            }
        }
        file.write(json);
    }
}
