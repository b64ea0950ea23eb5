package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.eval.Bench;
import org.gto4j.lab.eval.BenchResult;
import org.gto4j.lab.eval.BenchTable;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.TargetModel;
import org.gto4j.statistics.Bootstrap;

/** {@code gto4j bench}. */
final class BenchCommand implements Command {
    private static final String TEMPERATURES = "0,1";

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String summary() {
        return "compares all ways of decoding: speedup over plain decoding (SR) and tokens per cycle (tau), as the papers' tables do; with --kernels products on a "
                + "device, with --passes a model's passes";
    }

    @Override
    public Options options() {
        return PassMeasuring.addTo(KernelMeasuring.addTo(CommandOptions.optional(StockValues.addTo(Measuring.addTo(
                        Comparing.addTo(CommandOptions.computing(), Comparing.ALL_MODES), TEMPERATURES)))))
                .addOption(CommandOptions.file(null, "html", "FILE", FileUse.FILE_OUT, "write a page there, too"));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-eagle3.gguf -d draft-gto.gguf --prompts mt_bench.jsonl --prompts humaneval.jsonl --prompts gsm8k.jsonl",
                "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl --temp 0 -n 96 --limit 20 --json bench.json --html bench.html",
                "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl --temp 0 --chain 1,2,3,7 --tree 60/7/10,4/2/3 --stock llama.cpp/build/bin/llama-server",
                "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl --device CPU",
                "--kernels --types Q8_0,Q4_K --json kernels.json --svg kernels.svg",
                "--passes -m model.gguf --context 128,1024 --device CPU");
    }

    @Override
    public void run(Values values, Console console) {
        if (values.has("kernels")) {
            KernelMeasuring.run(values, console);
            return;
        }
        values.neededPath("model");
        if (values.has("passes")) {
            PassMeasuring.run(values, console);
            return;
        }
        if (!values.has("prompts")) {
            throw new UsageException("missing option --prompts (or --kernels, --passes)");
        }
        StockOptions stock = StockValues.of(values);
        Measuring measuring = new Measuring(values, TEMPERATURES, Comparing::new);
        try (TargetFile open = TargetFile.open(values)) {
            BenchResult result = Bench.of(
                    measuring.measure(open.target(), true, stock, console, (way, statistics) -> {}),
                    Bootstrap.standard());
            console.out().println(MachineDescription.of(open.target()));
            console.out().print(BenchTable.print(result.rows()));
            result.lines().forEach(console.out()::println);
            values.path("json").ifPresent(file -> AtomicFile.write(file, json(open.target(), result)));
            values.path("html").ifPresent(file -> html(open.target(), result, file));
        }
    }

    private static String json(TargetModel target, BenchResult result) {
        return MachineDescription.json(target).setAll(result.toJson()).toPrettyString() + "\n";
    }

    private static void html(TargetModel target, BenchResult result, Path file) {
        new HtmlReport(
                        "Ways of decoding",
                        "Each prompt is decoded in every way before the next one comes. SR is the speedup over plain decoding in the same run, tau is "
                                + "tokens per cycle; intervals are 95% bootstrap intervals over prompts. \"/ stock\" is the speed over that of the best setting of stock llama.cpp; \"model\" are the "
                                + "tokens/s that measured costs give for the cycles made; \"differ\" counts greedy texts that are not plain decoding's.")
                .fact("run", MachineDescription.of(target))
                .bench(result)
                .write(file);
    }
}
