package org.gto4j.lab.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.gto4j.lab.figure.Series;

/** The {@code metrics.jsonl} of a training run, one object a step or validation. Immutable. */
public final class MetricsLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<JsonNode> steps;
    private final List<JsonNode> validations;

    private MetricsLog(List<JsonNode> lines) {
        steps = lines.stream().filter(line -> !line.has("validation")).toList();
        validations = lines.stream().filter(line -> line.has("validation")).toList();
    }

    /** Reads a run's log; a torn or damaged line is left out, and a missing file is an empty log. IO: can't be read. */
    public static MetricsLog read(Path file) {
        List<JsonNode> objects = new ArrayList<>();
        if (Files.exists(file)) {
            // Bytes that aren't UTF-8 spoil their own line only.
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    parse(line).ifPresent(objects::add);
                }
            } catch (IOException e) {
                throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
            }
        }
        return new MetricsLog(objects);
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

    /** A field that holds one number a step, e.g. "reward", over the steps that have it. Empty if none has. */
    public Optional<Series> field(String field) {
        List<JsonNode> having =
                steps.stream().filter(step -> step.path(field).isNumber()).toList();
        return having.isEmpty()
                ? Optional.empty()
                : Optional.of(series(field, having, step -> number(step.path(field))));
    }

    /** Accuracy of each TTT pass on held-back texts. */
    public List<Series> heldBackAccuracy() {
        int passes = validations.stream()
                .mapToInt(line -> line.path("validation").path("accuracy").size())
                .max()
                .orElse(0);
        return IntStream.range(0, passes)
                .mapToObj(pass -> series(
                        "pass " + (pass + 1),
                        validations,
                        line -> number(line.path("validation").path("accuracy").path(pass))))
                .toList();
    }

    /** Tau of simulated decoding of held-back texts, with chains and with trees; empty without validations. */
    public List<Series> tau() {
        return validations.isEmpty()
                ? List.of()
                : Stream.of("chain", "tree")
                        .map(method -> series(
                                method,
                                validations,
                                line -> number(
                                        line.path("validation").path(method).path("tau"))))
                        .toList();
    }

    private List<Series> passes(String field) {
        int passes =
                steps.stream().mapToInt(step -> step.path(field).size()).max().orElse(0);
        List<Series> lines = new ArrayList<>();
        for (int pass = 0; pass < passes; pass++) {
            int index = pass;
            lines.add(series(
                    "pass " + (pass + 1), steps, step -> number(step.path(field).path(index))));
        }
        return lines;
    }

    private static Series series(String name, List<JsonNode> lines, ToDoubleFunction<JsonNode> value) {
        return new Series(
                name,
                lines.stream().mapToDouble(line -> line.path("step").asDouble()).toArray(),
                lines.stream().mapToDouble(value).toArray());
    }

    private static double number(JsonNode node) {
        return node.isNumber() ? node.asDouble() : Double.NaN;
    }
}
