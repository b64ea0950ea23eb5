package org.gto4j.eval;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.gto4j.GtoException;

/** The {@code metrics.jsonl} of a training run, one object a step. Immutable. */
public final class MetricsLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> steps;

    private MetricsLog(List<JsonNode> steps) {
        this.steps = List.copyOf(steps);
    }

    /** Reads a run's log; a torn last line is left out, and a missing file is an empty log. IO: can't be read. */
    public static MetricsLog read(Path file) {
        List<JsonNode> steps = new ArrayList<>();
        if (Files.exists(file)) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    parse(line).ifPresent(steps::add);
                }
            } catch (IOException e) {
                throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
            }
        }
        return new MetricsLog(steps);
    }

    private static Optional<JsonNode> parse(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return node.isObject() ? Optional.of(node) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** Number of steps. */
    public int size() {
        return steps.size();
    }

    /** Loss of each TTT pass over the steps. */
    public List<Series> loss() {
        return passes("loss");
    }

    /** Accuracy of each TTT pass over the steps. */
    public List<Series> accuracy() {
        return passes("accuracy");
    }

    /** A field that holds one number a step, e.g. "reward". Empty if no step has it. */
    public Optional<Series> field(String field) {
        return steps.stream().anyMatch(step -> step.path(field).isNumber()) ? Optional.of(series(field, step -> number(step.path(field))))
            : Optional.empty();
    }

    private List<Series> passes(String field) {
        int passes = steps.stream().mapToInt(step -> step.path(field).size()).max().orElse(0);
        List<Series> lines = new ArrayList<>();
        for (int pass = 0; pass < passes; pass++) {
            int index = pass;
            lines.add(series("pass " + (pass + 1), step -> number(step.path(field).path(index))));
        }
        return lines;
    }

    private Series series(String name, ToDoubleFunction<JsonNode> value) {
        return new Series(name, steps.stream().mapToDouble(step -> step.path("step").asDouble()).toArray(), steps.stream().mapToDouble(value).toArray());
    }

    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }
}
