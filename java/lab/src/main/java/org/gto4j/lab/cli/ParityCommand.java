package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.FileDigest;
import org.gto4j.lab.eval.Mode;
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
    private static final Parameter<List<Mode>> MODE = DecodingComparison.mode(DecodingComparison.ALL_MODES);
    private static final Parameter<List<Integer>> SLOTS = Parameter.of(
                    ParameterGroup.DECODING,
                    "slots",
                    "LIST",
                    ValueType.list(WholeNumbers.between(1, 256)),
                    "texts that each way decodes at once: 1 alone, more in batches")
            .orElse(List.of(1));
    private static final String TEMPERATURE_HELP =
            "temperature; 0 is greedy. Sampled texts are compared with plain sampling by the same seeds";
    private static final Parameter<String> AGAINST = Parameter.of(
                    ParameterGroup.MACHINE,
                    "against",
                    "NAME",
                    ValueType.text(),
                    "the device that has the texts that all are compared with, and that computes nothing else; e.g. "
                            + "--against CPU: where do texts of this program's kernels part from those of ggml's?")
            .orElseSay("the same device");
    private static final Parameter<Double> TIE = Parameter.of(
                    ParameterGroup.MEASURING,
                    "tie",
                    "GAP",
                    Numbers.atLeast(0),
                    "logits this near are a near-tie, which rounding may decide; 0 allows no difference")
            .orElseSay("if some text differs, what the target's own passes of " + PlainReference.ROWS
                    + " rows move a gap by on these texts, measured: 0 on a device whose rows have the same bits whatever "
                    + "is beside them. If they move any, a sampled text may differ anywhere, but not more often than they "
                    + "explain");
    private static final Parameter<Path> LOG = Parameter.file(
            ParameterGroup.OUTPUT,
            "log",
            "JSONL",
            FileUse.LOG_OUT,
            "write each comparison there as it is made; the same command goes on from it");

    @Override
    public String name() {
        return "parity";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.MEASURE;
    }

    @Override
    public String summary() {
        return "checks that each way writes the text that llama.cpp writes";
    }

    @Override
    public String details() {
        return "Compares the text of each way of decoding with libllama's own, token by token; fails if one differs by more than the target's "
                + "own rounding explains.";
    }

    @Override
    public Parameters parameters() {
        return DecodingComparison.PARAMETERS
                .and(MODE, SLOTS, CommonParameters.TEMPERATURE.help(TEMPERATURE_HELP), CommonParameters.SEED)
                .and(AGAINST, TIE, LOG, CommonParameters.JSON)
                .and(CommonParameters.CHATTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model-f16.gguf -d draft-gto.gguf --prompts questions.jsonl --limit 50",
                "-m model-f32.gguf -d draft-gto.gguf --prompts a.jsonl --prompts b.jsonl --cache-type F32 --tie 0 --log parity.jsonl --json parity.json",
                "-m model-f16.gguf -d draft-gto.gguf --prompts questions.jsonl --mode chain,tree --chain 3,7 --tree 60/7/10,8/3/4",
                "-m model-q8_0.gguf -d draft-gto.gguf --prompts questions.jsonl --mode tree,cost-aware --slots 1,8 --temp 0.8 --seed 7 --tie 0",
                "-m model-q8_0.gguf --prompts questions.jsonl --mode plain --against CPU");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        boolean measured = !values.has(TIE);
        double tie = values.find(TIE).orElse(0.0);
        double temperature = values.get(CommonParameters.TEMPERATURE);
        if (tie > 0 && temperature > 0) {
            throw new UsageException(
                    "option --tie: expected 0 at a temperature above 0, where texts have no near-ties, found '"
                            + values.typed(TIE) + "'");
        }
        ParityOptions comparison = new ParityOptions(temperature, values.get(SLOTS), measured);
        DecodingComparison comparing = new DecodingComparison(
                values,
                values.find(MODE)
                        .orElseGet(() -> values.has(CommonParameters.DRAFTS)
                                ? DecodingComparison.draftModes()
                                : DecodingComparison.plainModes()));
        try (TargetFile open = TargetFile.open(values);
                TargetFile other = values.has(AGAINST) ? TargetFile.openOn(values.get(AGAINST), values) : null) {
            TargetModel target = open.target();
            TargetModel compared = other == null ? target : other.target();
            List<ParityCheck> checks = compare(target, compared, comparing, comparison, values.find(LOG), console);
            ParityResult result =
                    measured ? ParityResult.of(checks, temperature) : ParityResult.of(checks, temperature, tie);
            console.out().println(MachineDescription.of(target));
            if (other != null) {
                console.out().println("compared with " + compared.device().name());
            }
            console.out().print(result.print(target));
            values.find(CommonParameters.JSON)
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
            DecodingComparison comparing,
            ParityOptions comparison,
            Optional<Path> file,
            Console console) {
        try (LoadedDrafts drafts = comparing.drafts(target);
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
    private static ObjectNode run(
            TargetModel target, TargetModel compared, DecodingComparison comparing, double temperature) {
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
