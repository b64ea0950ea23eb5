package org.gto4j.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.Folders;
import org.gto4j.io.JsonFile;
import org.gto4j.io.StaleFiles;
import org.gto4j.io.StateFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run's folder: {@code config.json}, {@code metrics.jsonl}, {@code draft.gguf}, {@code best.gguf} and the last
 * checkpoints. A checkpoint is {@code state-<step>.bin} (weights and moments), maybe {@code extra-<step>.bin}, and
 * {@code progress-<step>.json}, which is written last and names the others' sizes: without it, or with other sizes, a
 * checkpoint does not count.
 */
final class RunFolder {
    private static final Pattern PROGRESS = Pattern.compile("progress-(\\d{1,18})\\.json");
    private static final Pattern PART = Pattern.compile("(?:state|extra|progress)-(\\d{1,18})\\.(?:bin|json)");
    /** Fields of the configuration. */
    static final String TARGET = "target_sha256";

    static final String TARGET_FILE = "target_file_sha256";
    static final String CORPUS = "corpus_sha256";
    static final String SEQUENCES = "sequences";
    static final String VALIDATION = "validation";
    /** Who set each value; a run is resumed with the same values, whoever sets them. */
    static final String SET_BY = "set_by";
    /** The values that aren't the defaults, for a reader. */
    static final String CHANGED = "changed";

    private static final String ENVIRONMENT = "environment";
    /** What kills leave in a run's folder. */
    static final StaleFiles LEFTOVERS = StaleFiles.of(
            "(?:(?:config|start)\\.json(?:\\.old)?|best\\.json|progress-\\d+\\.json|held-back-.*\\.json|metrics\\.jsonl"
                    + "|(?:state|extra)-\\d+\\.bin|(?:draft|best|start)\\.gguf)");

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);

    private final Path folder;
    private final int kept;

    private RunFolder(Path folder, int kept) {
        this.folder = folder;
        this.kept = kept;
    }

    /**
     * Makes the folder of a new run or opens that of a run to be resumed. The caller holds the folder's lock.
     *
     * @param config what the run is
     * @param environment what it computes with; a change is logged
     * @param kept last checkpoints kept, at least 1
     * @throws GtoException ARGUMENT: the folder holds a run with another configuration (names the fields); FORMAT: its
     *     configuration is lost, but there are checkpoints; IO: can't be read or written
     */
    static RunFolder open(Path folder, ObjectNode config, ObjectNode environment, int kept) {
        StateFile file = configFile(folder);
        RunFolder run = new RunFolder(folder, kept);
        Optional<ObjectNode> whole = file.read(json -> {
            json.object("options");
            return json.json();
        });
        if (whole.isPresent()) {
            requireSame(folder, whole.get().deepCopy(), config, environment);
            return run;
        }
        Folders.make(folder);
        if (!run.steps(PROGRESS).isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file.path() + ": expected the configuration of the run whose checkpoints are there, found "
                            + (file.exists() ? "a damaged file" : "none") + "; name another folder");
        }
        ObjectNode written = config.deepCopy();
        written.set(ENVIRONMENT, environment);
        file.write(written);
        return run;
    }

    private static StateFile configFile(Path folder) {
        return new StateFile(folder.resolve("config.json"));
    }

    private static void requireSame(Path folder, ObjectNode stored, ObjectNode config, ObjectNode environment) {
        JsonNode before = stored.path(ENVIRONMENT);
        stored.remove(List.of(ENVIRONMENT, SET_BY, CHANGED));
        for (String digest : List.of(TARGET, TARGET_FILE)) {
            requireTarget(folder, stored.path(digest), before, config.path(digest), environment);
        }
        if (stored.has(CORPUS) && !stored.path(CORPUS).equals(config.path(CORPUS))) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": expected the corpus that its run was started with (its first "
                            + stored.path(SEQUENCES).asText() + " texts have sha256 "
                            + stored.path(CORPUS).asText() + "), found other texts (sha256 "
                            + config.path(CORPUS).asText() + ")");
        }
        // Runs from before there was validation have none.
        stored.set(VALIDATION, stored.has(VALIDATION) ? stored.get(VALIDATION) : stored.textNode("0.0"));
        List<String> differences = RunConfig.differences(stored, config);
        if (!differences.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + " holds a run that was started differently: " + String.join("; ", differences)
                            + "; resume it with the same settings or use another folder");
        }
        RunEnvironment.changes(before, environment)
                .forEach(change ->
                        LOG.warn("{}: the result may differ in bits from that of an unbroken run, {}", folder, change));
    }

    private static void requireTarget(
            Path folder, JsonNode stored, JsonNode before, JsonNode found, ObjectNode environment) {
        if (stored.isTextual() && !stored.equals(found)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": expected the target that its run was started with, " + before.path("target")
                            + " (sha256 " + stored + "), found " + environment.path("target") + " (sha256 " + found
                            + ")");
        }
    }

    /** Texts of the corpus that a folder's run was started with; empty if the folder holds no run. */
    static OptionalInt sequences(Path folder) {
        return configFile(folder)
                .read(json -> OptionalInt.of(json.whole(SEQUENCES, 1)))
                .orElse(OptionalInt.empty());
    }

    Path path() {
        return folder;
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
        if (!Files.exists(bestFile()) || !Files.exists(bestDraft())) {
            return Optional.empty();
        }
        try {
            JsonFile best = JsonFile.read(bestFile());
            best.whole("step", 0, Long.MAX_VALUE);
            best.object("tree").number("tau", 0);
            return Optional.of(best.json());
        } catch (GtoException e) {
            LOG.warn("damaged: {}; the best draft is the best of what metrics.jsonl knows", e.getMessage());
            return Optional.empty();
        }
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
        return complete().stream().findFirst();
    }

    /** The complete checkpoints, newest first. */
    List<Checkpoint> complete() {
        return steps(PROGRESS).stream()
                .map(this::complete)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Checkpoint> complete(long step) {
        try {
            JsonFile json = JsonFile.read(progress(step));
            boolean whole = json.whole("state_bytes", 0, Long.MAX_VALUE) == size(state(step))
                    && json.whole("extra_bytes", 0, Long.MAX_VALUE) == size(extra(step));
            return whole
                    ? Optional.of(new Checkpoint(
                            step,
                            json.whole("epoch", 0),
                            json.whole("batch", 0),
                            json.whole("tokens", 0, Long.MAX_VALUE),
                            json.number("seconds", 0)))
                    : Optional.empty();
        } catch (GtoException e) {
            LOG.warn("damaged: {}; the checkpoint doesn't count", e.getMessage());
            return Optional.empty();
        }
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
        Folders.setAside(progress(step));
        AtomicFile.write(
                progress(step),
                JsonNodeFactory.instance
                                .objectNode()
                                .put("step", step)
                                .put("epoch", checkpoint.epoch())
                                .put("batch", checkpoint.batch())
                                .put("tokens", checkpoint.tokens())
                                .put("seconds", checkpoint.seconds())
                                .put("state_bytes", size(state(step)))
                                .put("extra_bytes", size(extra(step)))
                                .toPrettyString()
                        + "\n");
        dropOld();
    }

    /**
     * Everything older than the checkpoints to keep, a progress file before its state, so that no checkpoint looks
     * complete and isn't.
     */
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
            LOG.warn("{}: an old checkpoint can't be deleted: {}", file, e.toString());
        }
    }
}
