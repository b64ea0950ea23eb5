package org.gto4j.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.io.JsonFile;
import org.gto4j.io.JsonLines;

/**
 * {@code metrics.jsonl}: one line a step or validation. Opened for a resumed run it loses the lines of steps that are
 * made again.
 */
final class Metrics implements AutoCloseable {
    private final JsonLines lines;
    private final List<JsonNode> validations = new ArrayList<>();

    Metrics(Path file, long keptSteps) {
        lines = JsonLines.openRepairing(file, (object, line) -> {
            boolean kept = new JsonFile("line " + line, object).whole("step", 0, Long.MAX_VALUE) <= keptSteps;
            if (kept && object.has("validation")) {
                validations.add(object);
            }
            return kept;
        });
    }

    /** Lines of validations that were there when it was opened. */
    List<JsonNode> validations() {
        return validations;
    }

    void write(Validation validation) {
        lines.append(validation.toJson());
    }

    void write(TrainingStep step) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("step", step.step())
                .put("fraction", step.fraction())
                .put("tokens", step.tokens())
                .put("fill", step.fill())
                .put("grad_norm", step.gradientNorm())
                .put("lr", step.learningRate())
                .put("tokens_per_second", step.tokensPerSecond())
                .put("seconds", step.seconds());
        putAll(json.putArray("loss"), step.loss());
        putAll(json.putArray("acceptance"), step.acceptance());
        putAll(json.putArray("accuracy"), step.accuracy());
        putAll(json.putArray("kept"), step.kept());
        step.policy().forEach(json::put);
        lines.append(json);
    }

    /** JSON has no NaN: a pass without rows is null. */
    static void putAll(ArrayNode array, double[] values) {
        for (double value : values) {
            if (Double.isFinite(value)) {
                array.add(value);
            } else {
                array.addNull();
            }
        }
    }

    @Override
    public void close() {
        lines.close();
    }
}
