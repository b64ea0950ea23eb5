package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.eval.Bench;
import org.gto4j.lab.eval.BenchResult;
import org.gto4j.lab.eval.BenchTable;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.report.HtmlReport;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.TargetModel;
import org.gto4j.statistics.Bootstrap;

/** {@code gto4j bench}. */
final class BenchCommand implements Command {
    private static final Parameter<List<Mode>> MODE = DecodingComparison.mode(DecodingComparison.ALL_MODES);
    private static final Parameter<List<Double>> TEMPERATURES = ComparisonRun.temperatures(List.of(0.0, 1.0));

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.MEASURE;
    }

    @Override
    public String summary() {
        return "how fast all ways of decoding are, with a draft and without";
    }

    @Override
    public String details() {
        return "Prints the speedup over plain decoding (SR) and tokens per cycle (tau) of each way, as the papers' tables do; with "
                + "--kernels it times products on a device, with --passes whole passes of a model.";
    }

    @Override
    public Parameters parameters() {
        return DecodingComparison.PARAMETERS
                .and(MODE, TEMPERATURES)
                .and(StockParameters.ALL)
                .and(ComparisonRun.PARAMETERS)
                .and(CommonParameters.HTML)
                .and(KernelBenchmark.PARAMETERS)
                .and(PassBenchmark.PARAMETERS)
                .and(CommonParameters.CHATTING)
                .optional();
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
    public void run(ParameterValues values, Console console) {
        if (values.get(KernelBenchmark.KERNELS)) {
            KernelBenchmark.run(values, console);
            return;
        }
        values.get(CommonParameters.MODEL);
        if (values.get(PassBenchmark.PASSES)) {
            PassBenchmark.run(values, console);
            return;
        }
        if (!values.has(DecodingComparison.PROMPTS)) {
            throw new UsageException("missing option --prompts (or --kernels, --passes)");
        }
        StockOptions stock = StockParameters.of(values);
        ComparisonRun measuring = new ComparisonRun(
                values,
                TEMPERATURES,
                all -> new DecodingComparison(
                        all,
                        all.find(MODE)
                                .orElseGet(() -> all.has(CommonParameters.DRAFTS)
                                        ? DecodingComparison.draftModes()
                                        : DecodingComparison.plainModes())));
        try (TargetFile open = TargetFile.open(values)) {
            List<Measurement> measured =
                    measuring.measure(open.target(), true, stock, console, (method, statistics) -> {});
            BenchResult result = Bench.of(measured, measuring.leftOut(), Bootstrap.standard());
            console.out().println(MachineDescription.of(open.target()));
            console.out().print(BenchTable.print(result.rows()));
            result.lines().forEach(console::tell);
            values.find(CommonParameters.JSON).ifPresent(file -> AtomicFile.write(file, json(open.target(), result)));
            values.find(CommonParameters.HTML).ifPresent(file -> html(open.target(), result, file));
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
