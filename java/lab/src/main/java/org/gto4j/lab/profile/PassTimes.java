package org.gto4j.lab.profile;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.gto4j.common.RecordValues;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.jspecify.annotations.Nullable;

/**
 * What whole passes of a target take: of some rows behind a context, and of prompts.
 *
 * @param context tokens of the past that the rows see
 * @param rows numbers of rows, ascending
 * @param seconds medians, one a number of rows
 * @param prompts lengths of prompts, read from nothing
 * @param promptSeconds medians, one a length
 */
public record PassTimes(int context, int[] rows, double[] seconds, int[] prompts, double[] promptSeconds) {
    /** Most rows of a pass, and most tokens of a prompt. */
    public static final int MOST_ROWS = 512;

    private static final int PROMPT_ROUNDS = 5;
    private static final double MILLI = 1e-3;

    /**
     * Measures passes whose rows all have logits. Each round has all numbers of rows in turn, each twice: the second
     * time counts, as a pass of another size before it would leave other data in the caches.
     *
     * @param context tokens, at least 1
     * @param rows each 1..512
     * @param prompts each 1..512
     * @param repeats rounds, at least 1
     */
    public static PassTimes measure(TargetModel target, int context, int[] rows, int[] prompts, int repeats) {
        int most = IntStream.concat(Arrays.stream(rows), Arrays.stream(prompts))
                .max()
                .orElse(1);
        int vocabulary = target.info().vocabulary();
        int[] text = IntStream.range(0, context + most)
                .map(i -> (int) ((i * 7919L + 13) % vocabulary))
                .toArray();
        try (TargetSession session = target.newSession(SessionOptions.builder()
                .context(context + most)
                .batch(MOST_ROWS)
                .sequences(1)
                .build())) {
            double[] promptSeconds = Arrays.stream(prompts)
                    .mapToDouble(length -> median(PROMPT_ROUNDS, () -> {
                        session.clear();
                        return seconds(
                                () -> session.prefill(0, 0, Arrays.copyOf(text, length), length - 1, null, null));
                    }))
                    .toArray();
            session.clear();
            session.prefill(0, 0, Arrays.copyOf(text, context), context, null, null);
            List<List<Double>> times = Arrays.stream(rows)
                    .mapToObj(n -> (List<Double>) new ArrayList<Double>())
                    .toList();
            for (int round = 0; round < repeats; round++) {
                for (int i = 0; i < rows.length; i++) {
                    pass(session, context, rows[i], text);
                    times.get(i).add(pass(session, context, rows[i], text));
                }
            }
            return new PassTimes(
                    context,
                    rows.clone(),
                    times.stream().mapToDouble(PassTimes::median).toArray(),
                    prompts.clone(),
                    promptSeconds);
        }
    }

    private static double pass(TargetSession session, int context, int rows, int[] text) {
        int[] tokens = Arrays.copyOfRange(text, context, context + rows);
        int[] positions = IntStream.range(context, context + rows).toArray();
        int[][] sequences = new int[rows][];
        Arrays.fill(sequences, new int[] {0});
        boolean[] output = new boolean[rows];
        Arrays.fill(output, true);
        double taken = seconds(() -> session.decode(tokens, positions, sequences, output));
        session.remove(0, context, -1);
        return taken;
    }

    private static double seconds(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static double median(int rounds, DoubleSupplier measured) {
        return median(
                IntStream.range(0, rounds).mapToObj(i -> measured.getAsDouble()).toList());
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(Double.NaN);
    }

    /** Names of the columns of {@link #cells}. */
    public static List<String> header() {
        return List.of("context", "rows", "ms", "passes", "tokens/s");
    }

    /** A line for each number of rows, then one for each prompt. */
    public List<List<String>> cells() {
        List<List<String>> lines = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            lines.add(line(
                    Integer.toString(context),
                    rows[i],
                    seconds[i],
                    String.format(Locale.ROOT, "%.2f", seconds[i] / seconds[0])));
        }
        for (int i = 0; i < prompts.length; i++) {
            lines.add(line("prompt", prompts[i], promptSeconds[i], "-"));
        }
        return lines;
    }

    private static List<String> line(String context, int rows, double seconds, String passes) {
        return List.of(
                context,
                Integer.toString(rows),
                String.format(Locale.ROOT, "%.2f", seconds / MILLI),
                passes,
                String.format(Locale.ROOT, "%.0f", rows / seconds));
    }

    /** One object with a field a component. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("context", context);
        Arrays.stream(rows).forEach(json.putArray("rows")::add);
        Arrays.stream(seconds).forEach(json.putArray("seconds")::add);
        Arrays.stream(prompts).forEach(json.putArray("prompts")::add);
        Arrays.stream(promptSeconds).forEach(json.putArray("prompt_seconds")::add);
        return json;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
