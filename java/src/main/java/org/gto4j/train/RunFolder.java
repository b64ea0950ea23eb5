package org.gto4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.gto4j.io.AtomicFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's folder: {@code config.json}, {@code metrics.jsonl}, {@code draft.gguf}, {@code best.gguf} and the last checkpoints. A checkpoint is
 * {@code state-<step>.bin} (weights and moments), maybe {@code extra-<step>.bin}, and {@code progress-<step>.json}, which is written last and
 * names the others' sizes: without it, or with other sizes, a checkpoint does not count.
 */
final class RunFolder {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PROGRESS = Pattern.compile("progress-(\\d+)\\.json");
    private static final Pattern PART = Pattern.compile("(?:state|extra|progress)-(\\d+)\\.(?:bin|json)");
    /** Fields of the configuration. */
    static final String TARGET = "target_sha256";
    static final String VALIDATION = "validation";
    private static final String ENVIRONMENT = "environment";
    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

    private final Path folder;
    private final int kept;

    private RunFolder(Path folder, int kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /**
     * Makes the folder of a new run or opens that of a run to be resumed.
     *
     * @param config      what the run is
     * @param environment what it computes with; a change is logged
     * @param kept        last checkpoints kept, at least 1
     * @throws GtoException ARGUMENT: the folder holds a run with another configuration (names the fields); IO: can't be read or written
     */
    static RunFolder open(Path folder, ObjectNode config, ObjectNode environment, int kept) {
        Path file = folder.resolve("config.json");
        if (Files.exists(file)) {
            ObjectNode stored = read(file);
            JsonNode before = stored.path(ENVIRONMENT);
            stored.remove(ENVIRONMENT);
            requireTarget(folder, stored.path(TARGET), before, config, environment);
            // Runs from before there was validation have none.
            stored.set(VALIDATION, stored.has(VALIDATION) ? stored.get(VALIDATION) : stored.textNode("0.0"));
            List<String> differences = RunConfig.differences(stored, config);
            if (!differences.isEmpty()) {
                throw new GtoException(GtoException.Kind.ARGUMENT, folder + " holds a run that was started differently: " + String.join("; ", differences)
                    + "; resume it with the same settings or use another folder");
            }
            RunEnvironment.changes(before, environment)
                .forEach(change -> LOG.warn("{}: the result may differ in bits from that of an unbroken run, {}", folder, change));
        } else {
            ObjectNode whole = config.deepCopy();
            whole.set(ENVIRONMENT, environment);
            AtomicFile.write(file, whole.toPrettyString() + "\n");
        }
        return new RunFolder(folder, kept);
    }

    private static void requireTarget(Path folder, JsonNode stored, JsonNode before, ObjectNode config, ObjectNode environment) {
        if (stored.isTextual() && !stored.equals(config.path(TARGET))) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": expected the target that its run was started with, " + before.path("target")
                + " (sha256 " + stored + "), found " + environment.path("target") + " (sha256 " + config.path(TARGET) + ")");
        }
    }

    /** The stored configuration of a folder, or null if it holds no run. */
    static @Nullable JsonNode config(Path folder) {
        Path file = folder.resolve("config.json");
        return Files.exists(file) ? read(file) : null;
    }

    private static ObjectNode read(Path file) {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json instanceof ObjectNode object) {
                return object;
            }
            throw new GtoException(GtoException.Kind.FORMAT, file + ": expected a JSON object, found " + json.getNodeType());
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.FORMAT, "can't read " + file + ": " + e.getMessage(), e);
        }
    }

    Path metrics() {
        return folder.resolve("metrics.jsonl");
    }

    Path draft() {
        return folder.resolve("draft.gguf");
    }

    Path bestDraft() {
        return folder.resolve("best.gguf");
    }

    Path bestFile() {
        return folder.resolve("best.json");
    }

    /** What is known of the best draft, if there is one. */
    Optional<JsonNode> best() {
        return Files.exists(bestFile()) && Files.exists(bestDraft()) ? Optional.of(read(bestFile())) : Optional.empty();
    }

    Path state(long step) {
        return folder.resolve("state-" + step + ".bin");
    }

    Path extra(long step) {
        return folder.resolve("extra-" + step + ".bin");
    }

    private Path progress(long step) {
        return folder.resolve("progress-" + step + ".json");
    }

    /** The newest checkpoint that is complete. */
    Optional<Checkpoint> newest() {
        return steps(PROGRESS).stream().map(this::complete).flatMap(Optional::stream).findFirst();
    }

    private Optional<Checkpoint> complete(long step) {
        JsonNode json = read(progress(step));
        boolean whole = json.path("state_bytes").asLong(-1) == size(state(step)) && json.path("extra_bytes").asLong(-1) == size(extra(step));
        return whole ? Optional.of(new Checkpoint(step, json.path("epoch").asInt(), json.path("batch").asInt(), json.path("tokens").asLong(),
            json.path("seconds").asDouble())) : Optional.empty();
    }

    /**
     * Saves a checkpoint and drops the oldest ones.
     *
     * @param state writes the weights and moments to a file
     * @param extra writes what else the run carries, or null
     */
    void save(Checkpoint checkpoint, Consumer<Path> state, @Nullable Consumer<Path> extra) {
        long step = checkpoint.step();
        state.accept(state(step));
        if (extra != null) {
            extra.accept(extra(step));
        }
        AtomicFile.write(progress(step), JsonNodeFactory.instance.objectNode().put("step", step).put("epoch", checkpoint.epoch())
            .put("batch", checkpoint.batch()).put("tokens", checkpoint.tokens()).put("seconds", checkpoint.seconds())
            .put("state_bytes", size(state(step))).put("extra_bytes", size(extra(step))).toPrettyString() + "\n");
        dropOld();
    }

    /** Everything older than the checkpoints to keep, a progress file before its state, so that no checkpoint looks complete and isn't. */
    private void dropOld() {
        List<Long> complete = steps(PROGRESS);
        if (complete.size() <= kept) {
            return;
        }
        long oldest = complete.get(kept - 1);
        for (long step : steps(PART)) {
            if (step < oldest) {
                delete(progress(step));
                delete(state(step));
                delete(extra(step));
            }
        }
    }

    /** Steps in the names of files that match, highest first. */
    private List<Long> steps(Pattern pattern) {
        List<Long> steps = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                Matcher name = pattern.matcher(file.getFileName().toString());
                if (name.matches()) {
                    steps.add(Long.parseLong(name.group(1)));
                }
            });
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't list " + folder + ": " + e, e);
        }
        steps.sort(Comparator.reverseOrder());
        return steps;
    }

    /** 0 for a file that isn't there. */
    private static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't delete " + file + ": " + e, e);
        }
    }
}
