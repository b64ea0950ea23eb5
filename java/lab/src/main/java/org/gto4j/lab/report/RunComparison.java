package org.gto4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.gto4j.error.GtoException;
import org.gto4j.io.Folders;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.figure.Chart;
import org.gto4j.lab.figure.Series;

/** Training runs side by side, from what their folders hold. Immutable. */
public final class RunComparison {
    private static final String ABSENT = "-";

    private final Map<String, Map<String, String>> settings = new LinkedHashMap<>();
    /** Of runs that have kept who set their options. */
    private final Map<String, List<ChangedOption>> changed = new LinkedHashMap<>();

    private final Map<String, MetricsLog> logs = new LinkedHashMap<>();

    private RunComparison() {}

    /**
     * Reads runs.
     *
     * @param folders of runs, at least one; they may still be running
     * @throws GtoException ARGUMENT: a folder holds no run; FORMAT: its config.json is broken; IO: can't be read
     */
    public static RunComparison read(List<Path> folders) {
        RunComparison runs = new RunComparison();
        boolean distinct = folders.stream().map(Folders::name).distinct().count() == folders.size();
        for (Path folder : folders) {
            String label = distinct ? Folders.name(folder) : folder.toString();
            ObjectNode config = config(folder.resolve("config.json"));
            ChangedOption.of(config).ifPresent(options -> runs.changed.put(label, options));
            config.remove(List.of(ChangedOption.SET_BY, ChangedOption.CHANGED)); // have a table of their own
            Map<String, String> flat = new LinkedHashMap<>();
            flatten("", config, flat);
            runs.settings.put(label, flat);
            runs.logs.put(label, MetricsLog.read(folder.resolve("metrics.jsonl")));
        }
        return runs;
    }

    private static ObjectNode config(Path file) {
        if (!Files.exists(file)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, file + ": expected the folder of a training run, found no such file");
        }
        return JsonFile.read(file).json();
    }

    private static void flatten(String path, JsonNode node, Map<String, String> flat) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> flatten(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), flat));
        } else {
            flat.put(path, node.asText());
        }
    }

    /** Settings that are not the same in all runs: their name and each run's value, "-" where a run has none. */
    List<List<String>> differences() {
        Set<String> names = new LinkedHashSet<>();
        settings.values().forEach(run -> names.addAll(run.keySet()));
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            List<String> values = settings.values().stream()
                    .map(run -> run.getOrDefault(name, ABSENT))
                    .toList();
            if (values.stream().distinct().count() > 1) {
                List<String> row = new ArrayList<>(List.of(name));
                row.addAll(values);
                rows.add(row);
            }
        }
        return rows;
    }

    /**
     * A page of their curves, first with a line a run, then each run's with a line a TTT pass, of the options that
     * aren't the defaults, and of the settings that differ.
     */
    public HtmlReport report() {
        HtmlReport report = new HtmlReport(
                "Training runs: " + String.join(", ", logs.keySet()),
                "Curves are means over neighbouring steps. Accuracy and loss of training steps count the rows that are still there at a pass; accuracy on "
                        + "held-back texts counts all rows. Tau is that of simulated decoding of held-back texts.");
        report.lead(logs.entrySet().stream()
                .map(run -> run.getKey() + ": " + found(run.getValue()))
                .toList());
        addTo(report);
        return report;
    }

    /** How far a run has come, and what its draft gains there. */
    private static String found(MetricsLog log) {
        String steps = log.size() + (log.size() == 1 ? " step" : " steps");
        List<Series> tau = log.tau();
        return tau.isEmpty()
                ? steps
                        + log.loss().stream()
                                .findFirst()
                                .map(loss -> String.format(
                                        Locale.ROOT, ", loss of the first pass %.3f at the end", last(loss)))
                                .orElse("")
                : String.format(
                        Locale.ROOT,
                        "%s; at the end trees yield %.2f tokens a cycle on held-back texts, chains %.2f (simulated)",
                        steps,
                        last(tau.get(1)),
                        last(tau.get(0)));
    }

    private static double last(Series line) {
        return line.y().length == 0 ? Double.NaN : line.y()[line.y().length - 1];
    }

    /** Adds to a page what {@link #report} shows. */
    public void addTo(HtmlReport report) {
        report.charts(
                "Side by side",
                List.of(
                        Chart.ofSteps("Loss of the first pass", "nats", each(log -> log.loss().stream()
                                .findFirst())),
                        Chart.ofSteps("Accuracy of the first pass", "share of rows", each(log -> log.accuracy().stream()
                                .findFirst())),
                        Chart.ofSteps(
                                "Accuracy of the first pass on held-back texts",
                                "share of rows",
                                each(log -> log.heldBackAccuracy().stream().findFirst())),
                        Chart.ofSteps("Simulated tau, chain", "tokens a cycle", each(log -> log.tau().stream()
                                .findFirst())),
                        Chart.ofSteps("Simulated tau, tree", "tokens a cycle", each(log -> log.tau().stream()
                                .skip(1)
                                .findFirst())),
                        Chart.ofSteps("Learning rate", "rate", each(log -> log.field("lr"))),
                        Chart.ofSteps("Gradient norm", "norm", each(log -> log.field("grad_norm")))));
        addOptions(report);
        if (logs.size() > 1) {
            List<String> header = new ArrayList<>(List.of("setting"));
            header.addAll(logs.keySet());
            report.table(
                    "Settings that differ", "What config.json holds; all else is the same.", header, differences());
        }
        logs.forEach(report::curves);
        logs.forEach((label, log) -> report.fact(label, log.size() + " steps"));
    }

    private void addOptions(HtmlReport report) {
        if (changed.isEmpty()) {
            return;
        }
        List<List<String>> rows = new ArrayList<>();
        changed.forEach((run, options) -> options.forEach(
                option -> rows.add(List.of(run, "--" + option.name(), option.value(), option.setBy()))));
        String heading = "Options that aren't the defaults";
        List<String> none = changed.entrySet().stream()
                .filter(run -> run.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        String note = none.isEmpty() ? "" : "All options are the defaults: " + String.join(", ", none) + ".";
        if (rows.isEmpty()) {
            report.note(heading, note);
        } else {
            report.table(heading, note, List.of("run", "option", "value", "set by"), rows);
        }
    }

    private List<Series> each(Function<MetricsLog, Optional<Series>> line) {
        List<Series> lines = new ArrayList<>();
        logs.forEach((label, log) -> line.apply(log).ifPresent(series -> lines.add(series.named(label))));
        return lines;
    }
}
