package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.simulation.GridCell;
import org.gto4j.lab.simulation.SimulationTable;
import org.gto4j.lab.simulation.TreeGrid;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.simulation.SimulatedTau;
import org.gto4j.simulation.SimulatedText;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.TreePolicy;
import org.jspecify.annotations.Nullable;

/** Drafts' cycles on the texts of one corpus, and what is shown of them. Used by one thread. */
final class Simulation {
    /** Levels of the deepest tree of a grid. */
    static final int GRID_DEPTH = 8;
    /** Nodes of the largest one. */
    static final int GRID_NODES = 63;

    private final Corpus corpus;
    private final List<Mode> modes;
    private final TreeSizes sizes;
    private final boolean grids;
    private final Console console;
    private final Map<Row, SimulatedTau> rows = new LinkedHashMap<>();
    private final Map<Texts, List<GridCell>> cells = new LinkedHashMap<>();

    /** @param kind greedy or sampled */
    private record Texts(String draft, String kind) {}

    private record Row(Texts texts, String policy) {
        List<String> label() {
            return List.of(texts.draft(), policy, texts.kind());
        }
    }

    /** @param grids whether trees of all sizes are tried, too */
    Simulation(Corpus corpus, List<Mode> modes, TreeSizes sizes, boolean grids, Console console) {
        this.corpus = corpus;
        this.modes = modes;
        this.sizes = sizes;
        this.grids = grids;
        this.console = console;
    }

    /**
     * @param kind greedy or sampled texts
     * @param costs of cycles; a grid needs them
     * @param temperature at which the texts were drawn, 0 if they are greedy
     */
    void run(
            String label,
            String kind,
            DraftModel draft,
            List<CorpusSequence> sequences,
            @Nullable CycleCosts costs,
            double temperature) {
        Texts texts = new Texts(label, kind);
        simulate(texts, draft, sequences, costs, temperature);
        if (grids) {
            cells.put(texts, grid(label, draft, sequences, Objects.requireNonNull(costs, "costs")));
        }
    }

    private void simulate(
            Texts texts,
            DraftModel draft,
            List<CorpusSequence> sequences,
            @Nullable CycleCosts costs,
            double temperature) {
        List<? extends TreePolicy> policies = modes.stream()
                .flatMap(mode -> sizes.policies(mode, () -> costs).stream())
                .toList();
        int longest = sequences.stream().mapToInt(CorpusSequence::length).max().orElseThrow();
        double plain = costs == null ? Double.NaN : costs.plain();
        try (SimulatedDecoding decoding = new SimulatedDecoding(draft, policies, longest, costs, temperature);
                Progress progress = console.progress("simulate " + texts.draft())) {
            List<List<SimulatedText>> decoded = decoding.run(corpus, sequences, updating(progress, sequences.size()));
            for (int i = 0; i < policies.size(); i++) {
                rows.put(
                        new Row(texts, policies.get(i).name()),
                        SimulatedTau.of(decoded.get(i), plain, Bootstrap.standard()));
            }
        }
    }

    private List<GridCell> grid(String label, DraftModel draft, List<CorpusSequence> sequences, CycleCosts costs) {
        try (Progress progress = console.progress("grid " + label)) {
            return TreeGrid.run(
                    draft,
                    corpus,
                    sequences,
                    GRID_DEPTH,
                    GRID_NODES,
                    sizes.tree().topK(),
                    costs,
                    Bootstrap.standard(),
                    updating(progress, sequences.size()));
        }
    }

    private IntConsumer updating(Progress progress, int all) {
        return done -> {
            console.checkStop();
            progress.update((double) done / all, done + " of " + all + " texts");
        };
    }

    void print() {
        Map<List<String>, SimulatedTau> labelled = new LinkedHashMap<>();
        rows.forEach((row, tau) -> labelled.put(row.label(), tau));
        console.out().print(SimulationTable.print(labelled));
        cells.forEach((texts, found) -> {
            console.out().println();
            console.out().println(texts.draft() + ", " + texts.kind() + " texts");
            console.out().print(SimulationTable.print(found));
            console.out()
                    .println(TreeGrid.best(found)
                            .map(Simulation::text)
                            .orElse("best: plain decoding, no fixed tree is predicted to be faster"));
        });
    }

    private static String text(GridCell cell) {
        return String.format(
                Locale.ROOT,
                "best fixed: %s, tau %.2f [%.2f, %.2f], predicted %.2f times plain decoding",
                cell.name(),
                cell.tau(),
                cell.interval().low(),
                cell.interval().high(),
                cell.speedup());
    }

    void write(Path file) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode methods = json.putArray("rows");
        rows.forEach((row, tau) -> methods.add(JsonNodeFactory.instance
                .objectNode()
                .put("draft", row.texts().draft())
                .put("policy", row.policy())
                .put("texts_of", row.texts().kind())
                .setAll(tau.toJson())));
        ArrayNode trees = json.putArray("grids");
        cells.forEach((texts, found) -> {
            ArrayNode array = trees.addObject()
                    .put("draft", texts.draft())
                    .put("texts_of", texts.kind())
                    .putArray("cells");
            found.forEach(cell -> array.add(cell.toJson()));
        });
        JsonFile.write(file, json);
    }
}
