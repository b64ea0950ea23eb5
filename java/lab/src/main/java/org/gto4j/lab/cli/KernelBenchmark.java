package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.profile.KernelBench;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.Device;
import org.gto4j.model.KernelTimes;

/** {@code bench --kernels}: products with weights of each type, without a model. */
final class KernelBenchmark {
    private static final int MOST_ROWS = 4096;
    private static final int MOST_SIZES = 64;
    private static final int DEFAULT_REPEATS = 7;
    private static final int MOST_REPEATS = 1000;
    private static final long MEBIBYTE = 1 << 20;
    /** More than the caches of most processors hold. */
    private static final long BYTES = 128 * MEBIBYTE;

    static final Parameter<Boolean> KERNELS = Parameter.flag(
            ParameterGroup.MEASURING,
            "kernels",
            "instead of a model, products of its kernels with weights of each type, beside ggml's kernels; with --types, "
                    + "--rows, --columns, --outputs and --repeats");
    private static final Parameter<List<String>> TYPES = Parameter.of(
                    ParameterGroup.MEASURING,
                    "types",
                    "LIST",
                    ValueType.list(ValueType.of("", (text, place) -> text.toUpperCase(Locale.ROOT))),
                    "--kernels: types of weights, e.g. Q8_0,Q4_K")
            .orElseSay("all that CPU-GTO4J has kernels for");
    private static final Parameter<List<Integer>> ROWS = Parameter.of(
                    ParameterGroup.MEASURING,
                    "rows",
                    "LIST",
                    ValueType.list(WholeNumbers.between(1, MOST_ROWS)),
                    "--kernels: rows of activations; --passes: rows of a pass")
            .orElse(List.of(1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64));
    private static final Parameter<Integer> COLUMNS = Parameter.of(
                    ParameterGroup.MEASURING,
                    "columns",
                    "N",
                    WholeNumbers.atLeast(1),
                    "--kernels: columns of the matrix")
            .orElse(4096);
    private static final Parameter<Integer> OUTPUTS = Parameter.of(
                    ParameterGroup.MEASURING, "outputs", "N", WholeNumbers.atLeast(1), "--kernels: its rows")
            .orElseSay("as many as make " + BYTES / MEBIBYTE + " MiB, more than most caches hold");
    private static final Parameter<Integer> REPEATS = Parameter.of(
                    ParameterGroup.MEASURING,
                    "repeats",
                    "N",
                    WholeNumbers.between(1, MOST_REPEATS),
                    "--kernels, --passes: rounds, of which the medians are shown")
            .orElse(DEFAULT_REPEATS);
    private static final Parameter<Path> SVG = Parameter.file(
            ParameterGroup.OUTPUT, "svg", "FILE", FileUse.FILE_OUT, "--kernels: draw what some rows cost there, too");

    static final Parameters PARAMETERS = Parameters.of(KERNELS, TYPES, ROWS, COLUMNS, OUTPUTS, REPEATS, SVG);

    private final List<String> types;
    private final int[] rows;
    private final int columns;
    private final int outputs;
    private final int repeats;

    private KernelBenchmark(ParameterValues values) {
        types = values.find(TYPES).orElse(List.of());
        rows = rows(values, values.get(ROWS), MOST_ROWS);
        if (rows.length > MOST_SIZES) {
            throw ParameterValues.wrong(ROWS, "at most " + MOST_SIZES + " numbers", Integer.toString(rows.length));
        }
        columns = values.get(COLUMNS);
        outputs = values.find(OUTPUTS).orElse(0);
        repeats = repeats(values, DEFAULT_REPEATS);
    }

    /** Numbers of --rows, ascending, with 1, which others are compared with. */
    static int[] rows(ParameterValues values, List<Integer> otherwise, int most) {
        List<Integer> rows = values.find(ROWS).orElse(otherwise);
        rows.stream().filter(row -> row > most).findFirst().ifPresent(row -> {
            throw ParameterValues.wrong(ROWS, "a whole number of 1 to " + most, Integer.toString(row));
        });
        return IntStream.concat(IntStream.of(1), rows.stream().mapToInt(Integer::intValue))
                .sorted()
                .distinct()
                .toArray();
    }

    static int repeats(ParameterValues values, int otherwise) {
        return values.has(REPEATS) ? values.get(REPEATS) : otherwise;
    }

    static void run(ParameterValues values, Console console) {
        KernelBenchmark asked = new KernelBenchmark(values);
        try (Device device = TargetFile.device(values)) {
            KernelBench bench = asked.measure(device, console);
            console.out().println(MachineDescription.of(device));
            console.out().print(bench.print());
            values.find(CommonParameters.JSON).ifPresent(file -> {
                ObjectNode json = MachineDescription.json(device);
                json.set("kernels", bench.toJson());
                JsonFile.write(file, json);
            });
            values.find(SVG).ifPresent(file -> AtomicFile.write(file, bench.svg() + "\n"));
            values.find(CommonParameters.HTML).ifPresent(file -> new HtmlReport(
                            "Kernels",
                            "Products of one matrix with some rows. GB/s are the matrix's bytes in a GGUF by the time; "
                                    + "\"passes\" is the time by that of one row; \"speedup\" is ggml's time by this device's.")
                    .fact("run", MachineDescription.of(device))
                    .table("Products", "", KernelBench.header(), bench.cells())
                    .charts("By rows", List.of(bench.costs(), bench.speedups()))
                    .write(file));
        }
    }

    private KernelBench measure(Device device, Console console) {
        List<String> all = types.isEmpty() ? KernelTimes.types() : types;
        for (String type : all) {
            KernelTimes.rowBytes(type, columns); // fails before anything is measured
        }
        List<KernelTimes> times = new ArrayList<>();
        try (Progress progress = console.progress("kernels")) {
            for (String type : all) {
                console.checkStop();
                progress.update((double) times.size() / all.size(), type);
                int height = outputs > 0 ? outputs : (int) Math.max(1, BYTES / KernelTimes.rowBytes(type, columns));
                times.add(KernelTimes.measure(device, type, height, columns, rows, repeats));
            }
        }
        return new KernelBench(times);
    }
}
