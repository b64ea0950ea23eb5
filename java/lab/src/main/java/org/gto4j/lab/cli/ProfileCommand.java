package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.Generation;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.lab.profile.Profile;
import org.gto4j.lab.profile.ProfileTable;
import org.gto4j.lab.terminal.Console;

/** {@code gto4j profile}. */
final class ProfileCommand implements Command {
    private static final Parameter<List<Mode>> MODE = DecodingComparison.mode("cost-aware with a draft, else plain");
    private static final Parameter<List<Double>> TEMPERATURES = ComparisonRun.temperatures(List.of(0.0));

    @Override
    public String name() {
        return "profile";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.MEASURE;
    }

    @Override
    public String summary() {
        return "where decoding spends its time";
    }

    @Override
    public String details() {
        return "Shows where decoding spends its time: llama_decode, the draft's matrix products, and gto4j's own parts.";
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
                "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl -n 96 --limit 10",
                "-m model.gguf -d draft-gto.gguf --prompts questions.jsonl --mode plain,chain,tree,cost-aware --json profile.json");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        ComparisonRun measuring = new ComparisonRun(
                values,
                TEMPERATURES,
                all -> new DecodingComparison(
                        all,
                        all.find(MODE)
                                .orElseGet(() ->
                                        List.of(all.has(CommonParameters.DRAFTS) ? Mode.COST_AWARE : Mode.PLAIN))));
        try (TargetFile open = TargetFile.open(values)) {
            Map<Variant, List<Generation.Statistics>> generations = new LinkedHashMap<>();
            measuring.measure(open.target(), false, null, console, (method, statistics) -> generations
                    .computeIfAbsent(method, key -> new ArrayList<>())
                    .add(statistics));
            List<Profile> profiles = new ArrayList<>();
            generations.forEach((method, statistics) -> profiles.add(Profile.of(method, statistics)));
            console.out().println(MachineDescription.of(open.target()));
            console.out().print(ProfileTable.print(profiles));
            values.find(CommonParameters.JSON).ifPresent(file -> {
                ObjectNode json = MachineDescription.json(open.target());
                ArrayNode array = json.putArray("profiles");
                profiles.forEach(profile -> array.add(profile.toJson()));
                JsonFile.write(file, json);
            });
        }
    }
}
