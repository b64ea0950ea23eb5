package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.gto4j.statistics.Bootstrap;
import org.jspecify.annotations.Nullable;

/** Turns measurements into rows. */
public final class Summary {
    /** Name of the dataset that stands for all of them together. */
    public static final String ALL = "all";

    private Summary() {}

    /**
     * One row for each way, temperature and dataset, in the order of first appearance; if there are several datasets,
     * one more that holds them together. Only prompts that were measured in every way count, so that rows of one
     * dataset and temperature compare.
     */
    public static List<EvalRow> rows(List<Measurement> measurements, Bootstrap bootstrap) {
        Map<Group, List<Measurement>> groups = new LinkedHashMap<>();
        for (Measurement measurement : complete(measurements)) {
            groups.computeIfAbsent(Group.of(measurement, measurement.dataset()), group -> new ArrayList<>())
                    .add(measurement);
        }
        if (groups.keySet().stream().map(Group::dataset).distinct().count() > 1) {
            for (Group group : List.copyOf(groups.keySet())) {
                List<Measurement> together = groups.computeIfAbsent(group.of(ALL), all -> new ArrayList<>());
                together.addAll(groups.get(group));
            }
        }
        List<EvalRow> rows = new ArrayList<>();
        groups.forEach((group, members) -> rows.add(row(group, members, groups.get(group.plain()), bootstrap)));
        return rows;
    }

    /** Measurements of prompts that every way of decoding has seen. */
    static List<Measurement> complete(List<Measurement> measurements) {
        Map<List<Object>, Set<DecodingMethod>> methods = new LinkedHashMap<>();
        Map<Object, Set<DecodingMethod>> all = new LinkedHashMap<>();
        for (Measurement m : measurements) {
            methods.computeIfAbsent(List.of(m.temperature(), m.dataset(), m.prompt()), key -> new LinkedHashSet<>())
                    .add(m.method());
            all.computeIfAbsent(m.temperature(), key -> new LinkedHashSet<>()).add(m.method());
        }
        return measurements.stream()
                .filter(m -> Objects.equals(
                        methods.get(List.of(m.temperature(), m.dataset(), m.prompt())), all.get(m.temperature())))
                .toList();
    }

    private static EvalRow row(
            Group group, List<Measurement> members, @Nullable List<Measurement> plain, Bootstrap bootstrap) {
        double[] gained = members.stream().mapToDouble(Measurement::gained).toArray();
        double[] cycles = members.stream().mapToDouble(Measurement::cycles).toArray();
        double tau = Arrays.stream(gained).sum() / Arrays.stream(cycles).sum();
        double speed = speed(members, Measurement::seconds);
        return new EvalRow(
                group.method(),
                group.temperature(),
                group.dataset(),
                members.size(),
                tau,
                bootstrap.ratio(gained, cycles),
                speed,
                plain == null ? Double.NaN : speed / speed(plain, Measurement::seconds));
    }

    /** Tokens a second. */
    static double speed(List<Measurement> members, ToDoubleFunction<Measurement> seconds) {
        return members.stream().mapToDouble(Measurement::tokens).sum()
                / members.stream().mapToDouble(seconds).sum();
    }

    private record Group(DecodingMethod method, double temperature, String dataset) {
        static Group of(Measurement measurement, String dataset) {
            return new Group(measurement.method(), measurement.temperature(), dataset);
        }

        Group of(String otherDataset) {
            return new Group(method, temperature, otherDataset);
        }

        Group plain() {
            return new Group(DecodingMethod.plain(), temperature, dataset);
        }
    }
}
