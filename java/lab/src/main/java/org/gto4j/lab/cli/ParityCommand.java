package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.Options;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.FileDigest;
import org.gto4j.lab.parity.Parity;
import org.gto4j.lab.parity.ParityCheck;
import org.gto4j.lab.parity.ParityLog;
import org.gto4j.lab.parity.ParityOptions;
import org.gto4j.lab.parity.ParityResult;
import org.gto4j.lab.parity.PlainReference;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.TargetModel;

/** {@code gto4j parity}. */
final class ParityCommand implements Command {
    private static final int MOST_SLOTS = 256;

    @Override
    public String name() {
        return "parity";
    }

    @Override
    public String summary() {
        return "compares the text of each way of decoding with libllama's own, token by token; fails if one differs by more than the target's own rounding explains";
    }

    @Override
    public Options options() {
        return Comparing.addTo(CommandOptions.computing(), Comparing.ALL_MODES)
                .addOption(CommandOptions.value(
                        null,
                        "slots",
                        "LIST",
                        "texts that each way decodes at once: 1 alone, more in batches (default 1)"))
                .addOption(
                        CommandOptions.value(
                                null,
                                "temp",
                                "T",
                                "temperature; 0, the default, is greedy. Sampled texts are compared with plain sampling by the same seeds"))
                .addOption(CommandOptions.value(
                        null, "seed", "S", "of the random streams at a temperature above 0 (default 0)"))
                .addOption(
                        CommandOptions.value(
                                null,
                                "against",
                                "NAME",
                                "the device that has the texts that all are compared with, and that computes nothing else (default: the same"
                                        + " device); e.g. --against CPU: where do texts of this program's kernels part from those of ggml's?"))
                .addOption(
                        CommandOptions.value(
                                null,
                                "tie",
                                "GAP",
                                "logits this near are a near-tie, which rounding may decide; 0 allows no difference (default: if some text differs, what"
                                        + " the target's own passes of " + PlainReference.ROWS
                                        + " rows move a gap by on these texts, measured: 0 on a device whose rows have the same bits whatever is"
                                        + " beside them. If they move any, a sampled text may differ anywhere, but not more often than they explain)"))
                .addOption(CommandOptions.file(
                        null,
                        "log",
                        "JSONL",
                        FileUse.LOG_OUT,
                        "write each comparison there as it is made; the same command goes on from it"))
                .addOption(CommandOptions.json("write the result there, too"));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model-f16.gguf -d draft-gto.gguf --prompts questions.jsonl --limit 50",
                "-m model-f32.gguf -d draft-gto.gguf --prompts a.jsonl --prompts b.jsonl --f32-cache --tie 0 --log parity.jsonl --json parity.json",
                "-m model-f16.gguf -d draft-gto.gguf --prompts questions.jsonl --mode chain,tree --chain 3,7 --tree 60/7/10,8/3/4",
                "-m model-q8_0.gguf -d draft-gto.gguf --prompts questions.jsonl --mode tree,cost-aware --slots 1,8 --temp 0.8 --seed 7 --tie 0",
                "-m model-q8_0.gguf --prompts questions.jsonl --mode plain --against CPU");
    }

    @Override
    public void run(Values values, Console console) {
        boolean measured = !values.has("tie");
        double tie = values.number("tie", 0, 0);
        double temperature = values.number("temp", 0, 0);
        if (tie > 0 && temperature > 0) {
            throw new UsageException(
                    "option --tie: expected 0 at a temperature above 0, where texts have no near-ties, found '"
                            + values.text("tie", "") + "'");
        }
        List<Integer> slots = values.someParts("slots", "1").stream()
                .map(text -> Values.toInteger("slots", text, 1, MOST_SLOTS))
                .distinct()
                .toList();
        ParityOptions comparison = new ParityOptions(temperature, slots, measured);
        Comparing comparing = new Comparing(values);
        try (TargetFile open = TargetFile.open(values);
                TargetFile other = values.has("against") ? TargetFile.openOn("against", values) : null) {
            TargetModel target = open.target();
            TargetModel compared = other == null ? target : other.target();
            List<ParityCheck> checks = compare(target, compared, comparing, comparison, values.path("log"), console);
            ParityResult result =
                    measured ? ParityResult.of(checks, temperature) : ParityResult.of(checks, temperature, tie);
            console.out().println(MachineDescription.of(target));
            if (other != null) {
                console.out().println("compared with " + compared.device().name());
            }
            console.out().print(result.print(target));
            values.path("json")
                    .ifPresent(file -> AtomicFile.write(
                            file,
                            run(target, compared, comparing, temperature)
                                            .setAll(result.toJson())
                                            .toPrettyString() + "\n"));
            if (!result.passes()) {
                throw new FailedCheckException(result.summary());
            }
        }
    }

    private static List<ParityCheck> compare(
            TargetModel target,
            TargetModel compared,
            Comparing comparing,
            ParityOptions comparison,
            Optional<Path> file,
            Console console) {
        try (Drafts drafts = comparing.drafts(target);
                ParityLog log = file.map(path -> ParityLog.open(
                                path, run(target, compared, comparing, comparison.temperature()), comparing.datasets()))
                        .orElse(null);
                Parity parity = new Parity(
                        target,
                        compared,
                        comparing.variants(drafts, false),
                        comparing.datasets(),
                        comparing.options(),
                        comparison);
                Progress progress = console.progress("parity")) {
            List<ParityCheck> known = log == null ? new ArrayList<>() : log.known();
            return parity.run(
                    known,
                    check -> {
                        if (log != null) {
                            log.add(check);
                        }
                        console.checkStop();
                    },
                    (done, all) -> {
                        progress.update((double) done / all, done + " of " + all + " texts");
                        return true;
                    });
        }
    }

    /** What is compared: a log of another run is of no use. */
    private static ObjectNode run(TargetModel target, TargetModel compared, Comparing comparing, double temperature) {
        ObjectNode run = MachineDescription.json(target)
                .put("max_tokens", comparing.options().maxTokens())
                .put("f32_cache", comparing.options().f32Cache());
        run.put("temperature", temperature).put("against", compared.device().name());
        if (temperature > 0) {
            run.put("seed", Integer.toUnsignedLong(comparing.options().seed()));
        }
        run.put("target_sha256", FileDigest.ofModel(target.path()));
        ArrayNode drafts = run.putArray("drafts");
        comparing.draftFiles().forEach(draft -> drafts.add(draft.getFileName().toString()));
        ArrayNode contents = run.putArray("drafts_sha256");
        comparing.draftFiles().forEach(draft -> contents.add(FileDigest.of(draft)));
        return run;
    }
}
