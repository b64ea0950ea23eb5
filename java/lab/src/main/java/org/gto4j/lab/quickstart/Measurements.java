package org.gto4j.lab.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.gto4j.Generation;
import org.gto4j.io.JsonFile;
import org.gto4j.io.JsonLines;
import org.gto4j.lab.eval.Bench;
import org.gto4j.lab.eval.BenchRow;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Mode;
import org.gto4j.statistics.Bootstrap;
import org.jspecify.annotations.Nullable;

/** What was measured so far, on disk. */
final class Measurements implements AutoCloseable {
    private static final String PART = "part";
    private static final String PRICE = "price";

    private final List<Line> known = new ArrayList<>();
    private @Nullable Price price;
    private final JsonLines lines;

    /** Ways of decoding that are measured beside each other. */
    enum Part {
        /** The default decoder and plain decoding. */
        DEFAULT,
        /** Chains and trees of fixed size, and plain decoding. */
        FIXED;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One generation.
     *
     * @param drafted cycles that had a draft
     * @param right of these, cycles in which a draft's token was accepted
     */
    private record Line(Part part, Measurement measurement, long drafted, long right) {
        /** A line of an earlier version is one of a fixed tree, and doesn't say what was right. */
        static Line of(ObjectNode json) {
            JsonFile line = JsonFile.of("measurement", json);
            return new Line(
                    json.has(PART) && line.text(PART).equals(Part.DEFAULT.label()) ? Part.DEFAULT : Part.FIXED,
                    Measurement.of(json),
                    json.has("drafted") ? line.whole("drafted", 0) : 0,
                    json.has("right") ? line.whole("right", 0) : 0);
        }

        ObjectNode toJson() {
            return measurement
                    .toJson()
                    .put(PART, part.label())
                    .put("drafted", drafted)
                    .put("right", right);
        }
    }

    private Measurements(Path file) {
        lines = JsonLines.openRepairing(file, (object, line) -> {
            if (object.has(PRICE)) {
                price = Price.of(JsonFile.of("measurement", object).object(PRICE));
            } else {
                known.add(Line.of(object));
            }
            return true;
        });
    }

    static Measurements open(Path file) {
        return new Measurements(file);
    }

    /** What was measured at a temperature. */
    List<Measurement> at(Part part, double temperature) {
        return known.stream()
                .filter(line -> line.part == part && line.measurement.temperature() == temperature)
                .map(Line::measurement)
                .toList();
    }

    /** A row for each way of decoding and temperature. */
    List<BenchRow> rows(Part part) {
        return Bench.of(
                        known.stream()
                                .filter(line -> line.part == part)
                                .map(Line::measurement)
                                .toList(),
                        Bootstrap.standard())
                .rows();
    }

    /**
     * Share of the greedy cycles of a draft's chains whose first token the target accepted; of a fixed chain, because
     * the default decoder leaves out cycles that promise little. NaN if none was measured.
     */
    double firstTokenRight(String draft) {
        ToLongFunction<ToLongFunction<Line>> sum = value -> known.stream()
                .filter(line -> line.measurement.method().mode() == Mode.CHAIN
                        && line.measurement.method().draft().equals(draft)
                        && line.measurement.temperature() == 0)
                .mapToLong(value)
                .sum();
        long drafted = sum.applyAsLong(Line::drafted);
        return drafted == 0 ? Double.NaN : (double) sum.applyAsLong(Line::right) / drafted;
    }

    /** What drafting costs on this machine, as it was measured last. */
    Optional<Price> price() {
        return Optional.ofNullable(price);
    }

    void add(Price measured) {
        lines.append(JsonNodeFactory.instance.objectNode().set(PRICE, measured.toJson()));
        price = measured;
    }

    /** @param statistics of the generation that was measured */
    void add(Part part, Measurement measurement, Generation.Statistics statistics) {
        long drafted = 0;
        long right = 0;
        for (int cycle = 0; cycle < statistics.cycles(); cycle++) {
            boolean drafts = statistics.treeSizes()[cycle] > 0;
            drafted += drafts ? 1 : 0;
            right += drafts && statistics.acceptedPerCycle()[cycle] > 0 ? 1 : 0;
        }
        Line line = new Line(part, measurement, drafted, right);
        lines.append(line.toJson());
        known.add(line);
    }

    @Override
    public void close() {
        lines.close();
    }
}
