package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.commons.cli.Options;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.profile.KernelBench;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.Device;
import org.gto4j.model.KernelTimes;

/** {@code bench --kernels}: products with weights of each type, without a model. */
final class KernelMeasuring {
    private static final String ROWS = "1,2,3,4,6,8,12,16,24,32,48,64";
    private static final int MOST_ROWS = 4096;
    private static final int MOST_SIZES = 64;
    private static final int COLUMNS = 4096;
    private static final int REPEATS = 7;
    private static final int MOST_REPEATS = 1000;
    private static final long MEBIBYTE = 1 << 20;
    /** More than the caches of most processors hold. */
    private static final long BYTES = 128 * MEBIBYTE;

    private final List<String> types;
    private final int[] rows;
    private final int columns;
    private final int outputs;
    private final int repeats;

    private KernelMeasuring(Values values) {
        types = values.parts("types", "").stream()
                .map(type -> type.toUpperCase(Locale.ROOT))
                .distinct()
                .toList();
        rows = rows(values, ROWS, MOST_ROWS);
        if (rows.length > MOST_SIZES) {
            throw Values.wrong("rows", "at most " + MOST_SIZES + " numbers", Integer.toString(rows.length));
        }
        columns = values.integer("columns", COLUMNS, 1);
        outputs = values.integer("outputs", 0, 1);
        repeats = repeats(values, REPEATS);
    }

    /** Numbers of --rows, ascending, with 1, which others are compared with. */
    static int[] rows(Values values, String otherwise, int most) {
        return IntStream.concat(
                        IntStream.of(1),
                        values.someParts("rows", otherwise).stream()
                                .mapToInt(text -> Values.toInteger("rows", text, 1, most)))
                .sorted()
                .distinct()
                .toArray();
    }

    static int repeats(Values values, int otherwise) {
        return values.text("repeats")
                .map(text -> Values.toInteger("repeats", text, 1, MOST_REPEATS))
                .orElse(otherwise);
    }

    static Options addTo(Options options) {
        return options.addOption(CommandOptions.flag(
                        "kernels",
                        "instead of a model, products of its kernels with weights of each type, beside ggml's kernels; with --types, --rows, "
                                + "--columns, --outputs and --repeats"))
                .addOption(CommandOptions.value(
                        null,
                        "types",
                        "LIST",
                        "--kernels: types of weights, e.g. Q8_0,Q4_K (default: all that CPU-GTO4J has kernels for)"))
                .addOption(CommandOptions.value(
                        null,
                        "rows",
                        "LIST",
                        "--kernels: rows of activations (default " + ROWS + "); --passes: rows of a pass"))
                .addOption(CommandOptions.value(
                        null, "columns", "N", "--kernels: columns of the matrix (default " + COLUMNS + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "outputs",
                        "N",
                        "--kernels: its rows (default: as many as make " + BYTES / MEBIBYTE
                                + " MiB, more than most caches hold)"))
                .addOption(CommandOptions.value(
                        null,
                        "repeats",
                        "N",
                        "--kernels: rounds, of which the medians are shown (default " + REPEATS
                                + "); --passes: the same"))
                .addOption(CommandOptions.file(
                        null, "svg", "FILE", FileUse.FILE_OUT, "--kernels: draw what some rows cost there, too"));
    }

    static void run(Values values, Console console) {
        KernelMeasuring asked = new KernelMeasuring(values);
        try (Device device = TargetFile.device(values)) {
            KernelBench bench = asked.measure(device, console);
            console.out().println(MachineDescription.of(device));
            console.out().print(bench.print());
            values.path("json").ifPresent(file -> {
                ObjectNode json = MachineDescription.json(device);
                json.set("kernels", bench.toJson());
                AtomicFile.write(file, json.toPrettyString() + "\n");
            });
            values.path("svg").ifPresent(file -> AtomicFile.write(file, bench.svg() + "\n"));
            values.path("html").ifPresent(file -> new HtmlReport(
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
