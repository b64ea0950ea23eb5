package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Interval;
import org.jspecify.annotations.Nullable;

/**
 * Turns measurements into rows that compare with plain decoding, with stock llama.cpp and with the cost model, prompt
 * by prompt.
 */
public final class Bench {
    private static final Interval NONE = new Interval(Double.NaN, Double.NaN);

    private final List<Measurement> measurements;
    private final List<EvalRow> rows;
    private final Bootstrap bootstrap;
    private final String together;

    private Bench(List<Measurement> all, Bootstrap bootstrap) {
        this.bootstrap = bootstrap;
        measurements = Summary.complete(all);
        rows = Summary.rows(measurements, bootstrap);
        together = rows.stream()
                .map(EvalRow::dataset)
                .reduce((first, last) -> last)
                .orElse(Summary.ALL);
    }

    /** {@link #of(List, List, Bootstrap)} of a run that gave up nothing. */
    public static BenchResult of(List<Measurement> measurements, Bootstrap bootstrap) {
        return of(measurements, List.of(), bootstrap);
    }

    /**
     * The rows of {@link Summary#rows} beside plain decoding, the best stock setting and the cost model.
     *
     * @param leftOut ways that were given up; none of the measurements is theirs
     */
    public static BenchResult of(List<Measurement> measurements, List<LeftOut> leftOut, Bootstrap bootstrap) {
        return new Bench(measurements, bootstrap).result(leftOut);
    }

    private BenchResult result(List<LeftOut> leftOut) {
        Map<Double, EvalRow> stock = new HashMap<>();
        List<EvalRow> bestStock = new ArrayList<>();
        List<Bound> bounds = new ArrayList<>();
        rows.stream().map(EvalRow::temperature).distinct().forEach(temperature -> {
            best(temperature, row -> row.method().mode().isStock(), Comparator.comparing(EvalRow::tokensPerSecond))
                    .ifPresent(row -> {
                        stock.put(temperature, row);
                        bestStock.add(row);
                    });
            rows.stream()
                    .filter(row -> row.temperature() == temperature
                            && row.dataset().equals(together)
                            && row.method().mode() == Mode.COST_AWARE)
                    .forEach(row -> bound(row).ifPresent(bounds::add));
        });
        return new BenchResult(
                rows.stream().map(row -> row(row, stock.get(row.temperature()))).toList(), bestStock, bounds, leftOut);
    }

    private Optional<EvalRow> best(double temperature, Predicate<EvalRow> candidate, Comparator<EvalRow> order) {
        return rows.stream()
                .filter(row -> row.temperature() == temperature && row.dataset().equals(together))
                .filter(candidate)
                .max(order);
    }

    private BenchRow row(EvalRow row, @Nullable EvalRow bestStock) {
        List<Measurement> own = members(row.method(), row);
        List<Measurement> plain = members(DecodingMethod.plain(), row);
        List<Measurement> stock = bestStock == null ? List.of() : members(bestStock.method(), row);
        return new BenchRow(
                row,
                PairedTexts.of(own, plain, Measurement::seconds).interval(bootstrap),
                stock.isEmpty() ? Double.NaN : row.tokensPerSecond() / Summary.speed(stock, Measurement::seconds),
                stock.isEmpty()
                        ? NONE
                        : PairedTexts.of(own, stock, Measurement::seconds).interval(bootstrap),
                Summary.speed(own, Measurement::modelSeconds),
                differing(row, own, plain));
    }

    /** Measurements of a way that make up a row's dataset and temperature. */
    private List<Measurement> members(DecodingMethod method, EvalRow row) {
        return measurements.stream()
                .filter(m -> m.method().equals(method)
                        && m.temperature() == row.temperature()
                        && (row.dataset().equals(Summary.ALL) || row.dataset().equals(m.dataset())))
                .toList();
    }

    private static int differing(EvalRow row, List<Measurement> own, List<Measurement> plain) {
        if (row.temperature() > 0 || plain.isEmpty()) {
            return -1;
        }
        Map<List<Object>, String> texts = new HashMap<>();
        plain.forEach(m -> texts.put(PairedTexts.prompt(m), m.digest()));
        return (int) own.stream()
                .filter(m -> !m.digest().equals(texts.get(PairedTexts.prompt(m))))
                .count();
    }

    /** Empty if nothing is known about costs. */
    private Optional<Bound> bound(EvalRow costAware) {
        Predicate<EvalRow> fixed = row -> row.method().mode() != Mode.COST_AWARE
                && Double.isFinite(model(row))
                && (!row.method().mode().needsDraft()
                        || row.method().draft().equals(costAware.method().draft()));
        return best(costAware.temperature(), fixed, Comparator.comparing(this::model))
                .map(row -> {
                    Interval interval = PairedTexts.of(
                                    members(costAware.method(), row),
                                    members(row.method(), row),
                                    Measurement::modelSeconds)
                            .interval(bootstrap);
                    return new Bound(costAware, row, model(row), costAware.tokensPerSecond() / model(row), interval);
                });
    }

    private double model(EvalRow row) {
        return Summary.speed(members(row.method(), row), Measurement::modelSeconds);
    }
}
