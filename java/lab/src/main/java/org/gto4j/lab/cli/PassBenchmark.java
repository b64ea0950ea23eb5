package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.lab.profile.PassTimes;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;

/** {@code bench --passes}: whole passes of a target, on one device. */
final class PassBenchmark {
    private static final List<Integer> ROWS = List.of(1, 2, 3, 4, 6, 8, 16, 60);
    private static final int[] PROMPTS = {60, 512};
    private static final int MOST_CONTEXT = 1 << 20;
    private static final int REPEATS = 15;

    static final Parameter<Boolean> PASSES = Parameter.flag(
            ParameterGroup.MEASURING,
            "passes",
            "instead of decoding, whole passes of the model with some rows, and prompts, on --device; with --rows (default "
                    + ROWS.stream().map(String::valueOf).collect(Collectors.joining(","))
                    + "), --context and --repeats "
                    + "(default " + REPEATS
                    + "). Compare devices by one run each: two in one process disturb each other");
    private static final Parameter<List<Integer>> CONTEXT = Parameter.of(
                    ParameterGroup.MEASURING,
                    "context",
                    "LIST",
                    ValueType.list(WholeNumbers.between(1, MOST_CONTEXT)),
                    "--passes: tokens that the rows see before them")
            .orElse(List.of(128));

    static final Parameters PARAMETERS = Parameters.of(PASSES, CONTEXT);

    private final int[] rows;
    private final List<Integer> contexts;
    private final int repeats;

    private PassBenchmark(ParameterValues values) {
        rows = KernelBenchmark.rows(values, ROWS, PassTimes.MOST_ROWS);
        contexts = values.get(CONTEXT);
        repeats = KernelBenchmark.repeats(values, REPEATS);
    }

    static void run(ParameterValues values, Console console) {
        PassBenchmark asked = new PassBenchmark(values);
        try (TargetFile open = TargetFile.open(values)) {
            List<PassTimes> times = asked.measure(open, console);
            List<List<String>> lines = new ArrayList<>();
            times.forEach(of -> lines.addAll(of.cells()));
            List<List<String>> table = new ArrayList<>(List.of(PassTimes.header()));
            table.addAll(lines);
            console.out().println(MachineDescription.of(open.target()));
            console.out().print(TextTable.print(table, 0));
            values.find(CommonParameters.JSON).ifPresent(file -> {
                ObjectNode json = MachineDescription.json(open.target());
                ArrayNode passes = json.putArray("passes");
                times.forEach(of -> passes.add(of.toJson()));
                JsonFile.write(file, json);
            });
            values.find(CommonParameters.HTML).ifPresent(file -> new HtmlReport(
                            "Passes",
                            "Whole passes of some rows behind a context, and of prompts. \"passes\" is the time by that of one row.")
                    .fact("run", MachineDescription.of(open.target()))
                    .table("Passes", "", PassTimes.header(), lines)
                    .write(file));
        }
    }

    private List<PassTimes> measure(TargetFile open, Console console) {
        List<PassTimes> times = new ArrayList<>();
        try (Progress progress = console.progress("passes")) {
            for (int context : contexts) {
                console.checkStop();
                progress.update((double) times.size() / contexts.size(), "context of " + context);
                times.add(PassTimes.measure(
                        open.target(), context, rows, times.isEmpty() ? PROMPTS : new int[0], repeats));
            }
        }
        return times;
    }
}
