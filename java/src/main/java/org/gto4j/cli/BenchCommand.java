package org.gto4j.cli;

import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.commons.cli.Options;
import org.gto4j.TargetModel;
import org.gto4j.eval.Bench;
import org.gto4j.eval.BenchRow;
import org.gto4j.eval.BenchTable;
import org.gto4j.eval.Bootstrap;
import org.gto4j.eval.HtmlReport;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.Folders;

/** {@code gto4j bench}. */
final class BenchCommand implements Command {
    private static final String TEMPERATURES = "0,1";

    @Override
    public String name() {
        return "bench";
    }

    @Override
    public String summary() {
        return "compares all ways of decoding: speedup over plain decoding (SR) and tokens per cycle (tau), as the papers' tables do";
    }

    @Override
    public Options options() {
        return Comparing.addTo(Opt.computing(), "plain, lookup and, with drafts, chain, tree, cost-aware", TEMPERATURES)
            .addOption(Opt.value(null, "html", "FILE", "write a page there, too"));
    }

    @Override
    public List<String> examples() {
        return List.of("-m model.gguf -d draft-eagle3.gguf -d draft-gto.gguf --prompts mt_bench.jsonl --prompts humaneval.jsonl --prompts gsm8k.jsonl",
            "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl --temp 0 -n 96 --limit 20 --json bench.json --html bench.html");
    }

    @Override
    public void run(Values values, Console console) {
        Comparing comparing = new Comparing(values, values.has("draft") ? "plain,lookup,chain,tree,cost-aware" : "plain,lookup", TEMPERATURES);
        values.path("json").ifPresent(Folders::requireWritable);
        values.path("html").ifPresent(Folders::requireWritable);
        try (TargetFile open = TargetFile.open(values)) {
            List<BenchRow> rows = Bench.rows(comparing.measure(open.target(), console), Bootstrap.standard());
            console.out().println(Machine.of(open.target()));
            console.out().print(BenchTable.print(rows));
            values.path("json").ifPresent(file -> AtomicFile.write(file, json(open.target(), rows)));
            values.path("html").ifPresent(file -> html(open.target(), rows, file));
        }
    }

    private static String json(TargetModel target, List<BenchRow> rows) {
        ObjectNode json = Machine.json(target);
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.add(row.toJson()));
        return json.toPrettyString() + "\n";
    }

    private static void html(TargetModel target, List<BenchRow> rows, Path file) {
        new HtmlReport("Ways of decoding", "Each prompt is decoded in every way before the next one comes; the speedup is over plain decoding in the same run.")
            .fact("target", target.path().getFileName() + ", " + target.description()).fact("machine", Machine.of(target))
            .results("Results", "Tau is tokens per cycle, with a 95% bootstrap interval over prompts.", rows.stream().map(BenchRow::row).toList())
            .text("Speedup and tau, with intervals", BenchTable.print(rows)).write(file);
    }
}
