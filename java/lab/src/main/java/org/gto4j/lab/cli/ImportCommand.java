package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import org.gto4j.checkpoint.DraftCheckpoint;
import org.gto4j.checkpoint.ImportOptions;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;

/** {@code gto4j import}. */
final class ImportCommand implements Command {
    private static final Parameter<Path> OUT = Parameter.file(
                    ParameterGroup.OUTPUT, "out", "FILE", FileUse.FILE_OUT, "the GGUF to write")
            .needed();
    private static final Parameter<DraftFileType> TYPE = Parameter.of(
                    ParameterGroup.OUTPUT, "type", "TYPE", ValueType.constant(DraftFileType.class), "of the weights")
            .orElseSay("the checkpoint's");
    private static final Parameter<Double> ROPE_THETA = Parameter.of(
                    ParameterGroup.MODEL,
                    "rope-theta",
                    "X",
                    Numbers.above(0),
                    "base of the rotary positions; EAGLE's and some other training codes took 10000, whatever config.json says")
            .orElseSay("that of config.json");
    private static final Parameter<Boolean> NO_ROPE_SCALING = Parameter.flag(
            ParameterGroup.MODEL,
            "no-rope-scaling",
            "leave out how config.json scales rotary positions, as the same codes did");
    private static final Parameter<List<Integer>> TAPS = Parameter.of(
                    ParameterGroup.MODEL,
                    "taps",
                    "A,B,C",
                    ValueType.list(WholeNumbers.atLeast(0)),
                    "the target's blocks whose inputs the draft reads")
            .orElseSay("those of config.json, else 2, the middle, the third last");

    @Override
    public String name() {
        return "import";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.USE;
    }

    @Override
    public String summary() {
        return "makes a GGUF of a published EAGLE-3 draft";
    }

    @Override
    public String details() {
        return "Makes a GGUF of an EAGLE-3 draft as EAGLE, SGLang, SpecForge, AngelSlim or speculators publish them: a folder with config.json and weights in "
                + "safetensors or PyTorch's .bin, or the file of the weights beside config.json. The draft decodes, can be trained on, and exports. What can't be run is "
                + "refused by name.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, OUT, TYPE, ROPE_THETA, NO_ROPE_SCALING, TAPS)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument("CHECKPOINT", FileUse.CHECKPOINT_IN));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "EAGLE3-LLaMA3.1-Instruct-8B -m model.gguf --out draft.gguf",
                "pytorch_model.bin -m model.gguf --out draft.gguf --type F16 --rope-theta 10000");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        ImportOptions.Builder options = ImportOptions.builder().ropeScaling(!values.get(NO_ROPE_SCALING));
        values.find(ROPE_THETA).ifPresent(theta -> options.ropeTheta(theta.floatValue()));
        values.find(TAPS)
                .ifPresent(taps ->
                        options.taps(taps.stream().mapToInt(Integer::intValue).toArray()));
        Path out = values.get(OUT);
        ExportCommand.requireNoModel(out);
        try (DraftCheckpoint checkpoint =
                        DraftCheckpoint.open(values.argumentPaths().get(0));
                TargetFile open = TargetFile.open(values);
                DraftModel draft = checkpoint.load(open.target(), options.build())) {
            draft.save(out, values.find(TYPE).orElseGet(checkpoint::fileType));
            console.written(out);
        }
    }
}
