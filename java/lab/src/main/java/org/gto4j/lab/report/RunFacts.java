package org.gto4j.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;

/** What a folder of a training run or a quickstart says of it, for people. */
public final class RunFacts {
    private static final String RUN = "config.json";
    private static final String QUICKSTART = "quickstart.json";

    private RunFacts() {}

    /**
     * Facts, one a line: a name and a value in columns; the options that aren't the defaults are among them.
     *
     * @throws GtoException ARGUMENT: there is no run in the folder; FORMAT: its file is damaged; IO: can't be read
     */
    public static List<String> lines(Path folder) {
        if (Files.exists(folder.resolve(RUN))) {
            return ofRun(folder);
        }
        if (Files.exists(folder.resolve(QUICKSTART))) {
            return ofQuickstart(folder);
        }
        throw new GtoException(
                GtoException.Kind.ARGUMENT,
                folder + ": expected a GGUF file, or the folder of a training run or a quickstart, found neither " + RUN
                        + " nor " + QUICKSTART + " there");
    }

    private static List<String> ofRun(Path folder) {
        ObjectNode config = JsonFile.read(folder.resolve(RUN)).json();
        MetricsLog log = MetricsLog.read(folder.resolve("metrics.jsonl"));
        List<String> lines = new ArrayList<>();
        lines.add(line("training run", folder.toString()));
        lines.add(line("phase", config.path("phase").asText("?")));
        lines.add(line("target", config.path("environment").path("target").asText("?")));
        lines.add(line("texts", config.path("sequences").asText("?")));
        lines.add(line("steps so far", Integer.toString(log.size())));
        addOptions(lines, config);
        return lines;
    }

    private static List<String> ofQuickstart(Path folder) {
        ObjectNode state = JsonFile.read(folder.resolve(QUICKSTART)).json();
        List<String> lines = new ArrayList<>();
        lines.add(line("quickstart", folder.toString()));
        String model = state.path("model").asText();
        lines.add(line("target", model.isEmpty() ? "the default model" : model));
        lines.add(line(
                "minutes",
                String.format(Locale.ROOT, "%.1f", state.path("budget_seconds").asDouble() / 60)));
        addOptions(lines, state);
        return lines;
    }

    /** One a line. */
    private static void addOptions(List<String> lines, ObjectNode kept) {
        Optional<List<ChangedOption>> changed = ChangedOption.of(kept);
        if (changed.isEmpty()) {
            lines.add(line("options", "not recorded"));
        } else if (changed.get().isEmpty()) {
            lines.add(line("options", "all defaults"));
        }
        String name = "options";
        for (ChangedOption option : changed.orElse(List.of())) {
            lines.add(line(name, option.line()));
            name = "";
        }
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-15s %s", name, value);
    }
}
