package org.gto4j.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gto4j.DecodingCosts;
import org.gto4j.error.GtoException;
import org.gto4j.io.GgufFacts;
import org.gto4j.lab.report.RunFacts;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.StartLine;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.CycleCosts;

/** {@code gto4j info}. */
final class InfoCommand implements Command {
    private static final Parameter<Boolean> COSTS = Parameter.flag(
            ParameterGroup.MEASURING, "costs", "with --draft: what the parts of a decoding cycle take on this machine");
    private static final Parameter<Boolean> MEASURE =
            Parameter.flag(ParameterGroup.MEASURING, "measure", "measure the costs again");

    @Override
    public String name() {
        return "info";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.USE;
    }

    @Override
    public String summary() {
        return "what a GGUF or a run is, and what computes here";
    }

    @Override
    public String details() {
        return "Shows what a GGUF file is, a target model or a draft, and what computes it; of the folder of a training run or a quickstart, how it was "
                + "started and which options aren't the defaults; without a FILE the devices of this machine.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(
                        CommonParameters.DRAFT.help("the draft whose costs are shown"),
                        CommonParameters.DRAFT_WEIGHTS,
                        COSTS,
                        MEASURE)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument("[FILE]", FileUse.GGUF_OR_RUN_IN));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "",
                "model.gguf",
                "model.gguf --device CPU",
                "quickstart/draft-gto.gguf",
                "quickstart",
                "model.gguf --costs -d quickstart/draft-gto.gguf");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        if (values.argumentPaths().isEmpty()) {
            printDevices(values, console);
        } else if (Files.isDirectory(values.pathArgument(0))) {
            console.facts(RunFacts.lines(values.pathArgument(0)).stream());
        } else {
            printFile(values.pathArgument(0), values, console);
        }
    }

    private static void printDevices(ParameterValues values, Console console) {
        if (values.get(COSTS)) {
            throw new UsageException("--costs needs a target and its --draft");
        }
        try (Device device = TargetFile.device(values)) {
            console.facts(DeviceLines.of(device));
        }
    }

    private static void printFile(Path file, ParameterValues values, Console console) {
        GgufFacts facts = GgufFacts.read(file);
        if (values.get(COSTS) && (facts.isDraft() || !values.has(CommonParameters.DRAFT))) {
            throw new UsageException("--costs needs a target and its --draft");
        }
        console.facts(facts.lines().stream());
        if (!facts.isDraft()) {
            try (TargetFile open = TargetFile.open(file, values)) {
                print(open.target(), console);
                if (values.get(COSTS)) {
                    printCosts(open.target(), values, console);
                }
            }
        }
    }

    private static void printCosts(TargetModel target, ParameterValues values, Console console) {
        try (DraftModel draft = LoadedDrafts.load(
                target, values.get(CommonParameters.DRAFT), values.find(CommonParameters.DRAFT_WEIGHTS))) {
            boolean f32 = TargetFile.f32Cache(values);
            CycleCosts costs = values.get(MEASURE)
                    ? DecodingCosts.renew(target, draft, f32)
                    : DecodingCosts.of(target, draft, f32);
            console.out().print(CostLines.of(costs, target.device()));
        }
    }

    private static void print(TargetModel target, Console console) {
        TargetInfo info = target.info();
        console.facts(Stream.of(
                "target          " + target.description(),
                "vocabulary      " + info.vocabulary(),
                "layers          " + info.layers() + " of width " + info.hidden() + ", feed-forward "
                        + info.feedForward(),
                "attention       " + info.heads() + " heads, " + info.kvHeads() + " for keys and values, of width "
                        + info.headDim(),
                "context         " + info.trainedContext() + " tokens",
                "parameters      " + info.parameters(),
                "chat template   " + (target.chatTemplate().isPresent() ? "yes" : "no"),
                "drafts          " + drafts(target)));
        console.facts(DeviceLines.of(target));
    }

    private static String drafts(TargetModel target) {
        try {
            return "can be trained and used; " + StartLine.of(target);
        } catch (GtoException e) {
            return "not possible: " + e.getMessage();
        }
    }
}
