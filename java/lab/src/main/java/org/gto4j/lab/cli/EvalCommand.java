package org.gto4j.lab.cli;

import java.util.List;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.eval.EvalRow;
import org.gto4j.lab.eval.EvalTable;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Summary;
import org.gto4j.lab.terminal.Console;
import org.gto4j.statistics.Bootstrap;

/** {@code gto4j eval}. */
final class EvalCommand implements Command {
    private static final Parameter<List<Mode>> MODE = DecodingComparison.mode("plain and, with drafts, chain and tree");
    private static final Parameter<List<Double>> TEMPERATURES = ComparisonRun.temperatures(List.of(0.0));

    @Override
    public String name() {
        return "eval";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.MEASURE;
    }

    @Override
    public String summary() {
        return "tokens per cycle (tau) and speed of drafts on prompts";
    }

    @Override
    public String details() {
        return "Measures tokens per cycle (tau) and speed of drafts on prompt files, side by side with plain decoding.";
    }

    @Override
    public Parameters parameters() {
        return DecodingComparison.PARAMETERS
                .and(MODE, TEMPERATURES)
                .and(ComparisonRun.PARAMETERS)
                .and(CommonParameters.CHATTING);
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
    public void run(ParameterValues values, Console console) {
        ComparisonRun measuring = new ComparisonRun(
                values,
                TEMPERATURES,
                all -> new DecodingComparison(
                        all,
                        all.find(MODE)
                                .orElseGet(() -> all.has(CommonParameters.DRAFTS)
                                        ? List.of(Mode.PLAIN, Mode.CHAIN, Mode.TREE)
                                        : List.of(Mode.PLAIN))));
        try (TargetFile open = TargetFile.open(values)) {
            List<EvalRow> rows = Summary.rows(measuring.measure(open.target(), console), Bootstrap.standard());
            console.out().print(EvalTable.print(rows));
            values.find(CommonParameters.JSON).ifPresent(file -> JsonFile.write(file, EvalRow.toJson(rows)));
        }
    }
}
