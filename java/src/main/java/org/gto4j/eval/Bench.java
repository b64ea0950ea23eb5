package org.gto4j.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns measurements into rows that compare with plain decoding, prompt by prompt. */
public final class Bench {
    private Bench() {
    }

    /** {@link Summary#rows} with an interval of each speedup. */
    public static List<BenchRow> rows(List<Measurement> measurements, Bootstrap bootstrap) {
        Map<List<Object>, Measurement> plain = new HashMap<>();
        measurements.stream().filter(m -> m.mode() == Mode.PLAIN).forEach(m -> plain.put(prompt(m), m));
        return Summary.rows(measurements, bootstrap).stream().map(row -> new BenchRow(row, interval(row, measurements, plain, bootstrap))).toList();
    }

    private static List<Object> prompt(Measurement m) {
        return List.of(m.temperature(), m.dataset(), m.prompt());
    }

    /** Of (plain seconds a token / seconds a token), by resampling prompts: each weighs by its tokens. */
    private static Interval interval(EvalRow row, List<Measurement> measurements, Map<List<Object>, Measurement> plain, Bootstrap bootstrap) {
        List<Double> expected = new ArrayList<>();
        List<Double> found = new ArrayList<>();
        for (Measurement m : measurements) {
            boolean member = m.mode() == row.mode() && m.draft().equals(row.draft()) && m.temperature() == row.temperature()
                && (row.dataset().equals(Summary.ALL) || row.dataset().equals(m.dataset()));
            Measurement without = plain.get(prompt(m));
            if (member && without != null && without.tokens() > 0) {
                expected.add(without.seconds() * m.tokens() / without.tokens());
                found.add(m.seconds());
            }
        }
        return bootstrap.ratio(expected.stream().mapToDouble(x -> x).toArray(), found.stream().mapToDouble(x -> x).toArray());
    }
}
