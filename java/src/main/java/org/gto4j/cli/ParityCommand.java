package org.gto4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.commons.cli.Options;
import org.gto4j.TargetModel;
import org.gto4j.eval.GreedyReference;
import org.gto4j.eval.Parity;
import org.gto4j.eval.ParityCheck;
import org.gto4j.eval.ParityLog;
import org.gto4j.eval.ParityResult;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.FileDigest;

/** {@code gto4j parity}. */
final class ParityCommand implements Command {
    @Override
    public String name() {
        return "parity";
    }

    @Override
    public String summary() {
        return "compares the greedy text of each way of decoding with libllama's own, token by token; fails if one differs but at near-ties";
    }

    @Override
    public Options options() {
        return Comparing.addTo(Opt.computing(), Comparing.ALL_MODES)
            .addOption(Opt.value(null, "tie", "GAP", "logits this near are a near-tie, which rounding may decide (default: what the target's own"
                + " passes of " + GreedyReference.ROWS + " rows move a gap by on these texts, measured; 0 allows no difference, which an F32 model with --f32-cache can"
                + " promise)"))
            .addOption(Opt.file(null, "log", "JSONL", FileUse.LOG_OUT, "write each comparison there as it is made; the same command goes on from it"))
            .addOption(Opt.json("write the result there, too"));
    }

    @Override
    public List<String> examples() {
        return List.of("-m model-f16.gguf -d draft-gto.gguf --prompts questions.jsonl --limit 50",
            "-m model-f32.gguf -d draft-gto.gguf --prompts a.jsonl --prompts b.jsonl --f32-cache --tie 0 --log parity.jsonl --json parity.json",
            "-m model-f16.gguf -d draft-gto.gguf --prompts questions.jsonl --mode chain,tree --chain 3,7 --tree 60/7/10,8/3/4");
    }

    @Override
    public void run(Values values, Console console) {
        boolean measureTie = !values.has("tie");
        double tie = values.number("tie", 0, 0);
        Comparing comparing = new Comparing(values);
        try (TargetFile open = TargetFile.open(values)) {
            TargetModel target = open.target();
            List<ParityCheck> checks = compare(target, comparing, values.path("log"), measureTie, console);
            ParityResult result = measureTie ? ParityResult.of(checks) : ParityResult.of(checks, tie);
            console.out().println(Machine.of(target));
            console.out().print(result.print(target));
            values.path("json").ifPresent(file -> AtomicFile.write(file, run(target, comparing).setAll(result.toJson()).toPrettyString() + "\n"));
            if (!result.passes()) {
                throw new FailedCheckException(result.summary());
            }
        }
    }

    private static List<ParityCheck> compare(TargetModel target, Comparing comparing, Optional<Path> file, boolean measureRounding, Console console) {
        try (Drafts drafts = comparing.drafts(target);
                ParityLog log = file.map(path -> ParityLog.open(path, run(target, comparing), comparing.datasets())).orElse(null);
                Parity parity = new Parity(target, comparing.variants(drafts, false), comparing.datasets(), comparing.options(), measureRounding);
                Progress progress = console.progress("parity")) {
            List<ParityCheck> known = log == null ? new ArrayList<>() : log.known();
            return parity.run(known, check -> {
                if (log != null) {
                    log.add(check);
                }
                console.checkStop();
            }, (done, all) -> {
                progress.update((double) done / all, done + " of " + all + " texts");
                return true;
            });
        }
    }

    /** What is compared: a log of another run is of no use. */
    private static ObjectNode run(TargetModel target, Comparing comparing) {
        ObjectNode run = Machine.json(target).put("max_tokens", comparing.options().maxTokens()).put("f32_cache", comparing.options().f32Cache());
        run.put("target_sha256", FileDigest.ofModel(target.path()));
        ArrayNode drafts = run.putArray("drafts");
        comparing.draftFiles().forEach(draft -> drafts.add(draft.getFileName().toString()));
        ArrayNode contents = run.putArray("drafts_sha256");
        comparing.draftFiles().forEach(draft -> contents.add(FileDigest.of(draft)));
        return run;
    }
}
