package org.gto4j.lab.cli;

import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.io.AtomicFile;
import org.gto4j.lab.eval.EvalRow;
import org.gto4j.lab.eval.EvalTable;
import org.gto4j.lab.eval.Summary;
import org.gto4j.lab.terminal.Console;
import org.gto4j.statistics.Bootstrap;

/** {@code gto4j eval}. */
final class EvalCommand implements Command {
    private static final String TEMPERATURES = "0";

    @Override
    public String name() {
        return "eval";
    }

    @Override
    public String summary() {
        return "measures tokens per cycle (tau) and speed of drafts on prompt files, side by side with plain decoding";
    }

    @Override
    public Options options() {
        return Measuring.addTo(
                Comparing.addTo(CommandOptions.computing(), "plain and, with drafts, chain and tree"), TEMPERATURES);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl",
                "-m model.gguf -d draft-eagle3.gguf -d draft-gto.gguf --prompts a.jsonl --prompts b.jsonl "
                        + "--mode plain,tree --temp 0,1 -n 96 --limit 20 --json rows.json",
                "-m model.gguf -d draft.gguf --prompts questions.jsonl --mode chain,tree,static --tree 8/4/4 --chain 1,3 --static 4/2-1/1");
    }

    @Override
    public void run(Values values, Console console) {
        Measuring measuring = new Measuring(
                values, TEMPERATURES, all -> new Comparing(all, all.has("draft") ? "plain,chain,tree" : "plain"));
        try (TargetFile open = TargetFile.open(values)) {
            List<EvalRow> rows = Summary.rows(measuring.measure(open.target(), console), Bootstrap.standard());
            console.out().print(EvalTable.print(rows));
            values.path("json").ifPresent(file -> AtomicFile.write(file, EvalRow.toJson(rows)));
        }
    }
}
