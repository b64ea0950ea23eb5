package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.io.JsonLines;
import org.gto4j.lab.eval.EvalRow;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Summary;
import org.gto4j.statistics.Bootstrap;

/** What was measured so far, on disk. */
final class Measurements implements AutoCloseable {
    private final List<Measurement> known = new ArrayList<>();
    private final JsonLines lines;

    private Measurements(Path file) {
        lines = JsonLines.openRepairing(file, (object, line) -> known.add(Measurement.of(object)));
    }

    static Measurements open(Path file) {
        return new Measurements(file);
    }

    /** The rows of a file. */
    static List<EvalRow> rows(Path file) {
        try (Measurements measurements = open(file)) {
            return Summary.rows(measurements.known, Bootstrap.standard());
        }
    }

    /** What was measured at a temperature. */
    List<Measurement> at(double temperature) {
        return known.stream()
                .filter(measurement -> measurement.temperature() == temperature)
                .toList();
    }

    void add(Measurement measurement) {
        lines.append(measurement.toJson());
        known.add(measurement);
    }

    @Override
    public void close() {
        lines.close();
    }
}
