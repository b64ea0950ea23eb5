package org.gto4j.lab.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gto4j.DecodingCosts;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
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

/** {@code gto4j simulate}. */
final class SimulateCommand implements Command {
    private static final String GREEDY = "greedy";
    private static final String SAMPLED = "sampled";
    private static final int GRID_DEPTH = 8;
    private static final int GRID_NODES = 63;

    private static final Parameter<Path> DRAFTS = CommonParameters.DRAFTS.needed();
    private static final Parameter<Path> CORPUS = CommonParameters.CORPUS
            .help("a corpus that 'regenerate' made; sampled texts give tau at their temperature")
            .needed();
    private static final Parameter<Integer> LIMIT = Parameter.of(
                    ParameterGroup.TEXTS, "limit", "K", WholeNumbers.atLeast(1), "texts, chosen by a hash of their ids")
            .orElse(40);
    private static final Parameter<List<Mode>> MODE = DecodingComparison.mode("chain,tree");
    private static final Parameter<Double> TEMPERATURE = CommonParameters.TEMPERATURE
            .help("at which the corpus's sampled texts were drawn; --drawn-child needs to know it")
            .orElse(1.0);
    private static final Parameter<Boolean> PREDICT =
            Parameter.flag(ParameterGroup.MEASURING, "predict", "predict tokens a second by measured costs, too");
    private static final Parameter<Boolean> GRID = Parameter.flag(
            ParameterGroup.MEASURING,
            "grid",
            "trees of all depths up to " + GRID_DEPTH + " and nodes up to " + GRID_NODES
                    + " with the top-k of --tree (of its first size): tau, predicted tokens a second, and the best of them");

    @Override
    public String name() {
        return "simulate";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.MEASURE;
    }

    @Override
    public String summary() {
        return "the same tau on written texts, without running the model";
    }

    @Override
    public String details() {
        return "Counts tokens per cycle (tau) of drafts on texts that the target has written, without running it: the cycles are those of real "
                + "decoding.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, DRAFTS, CommonParameters.DRAFT_WEIGHTS, CORPUS, LIMIT, MODE)
                .and(TreeSizes.LISTS)
                .and(TreeSizes.DRAWN_CHILDREN, TEMPERATURE, TreeSizes.LOOKUP_BRANCH, TreeSizes.NODE_SCORER)
                .and(PREDICT, GRID, CommonParameters.JSON)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d draft-eagle3.gguf -d draft-gto.gguf --corpus quickstart/corpus --limit 100",
                "-m model.gguf -d draft.gguf --corpus corpus --mode chain,tree,cost-aware --predict --tree 8/4/4 --chain 3",
                "-m model.gguf -d draft.gguf --corpus corpus --mode tree --tree 50/6/10,60/7/10,70/8/10",
                "-m model.gguf -d draft.gguf --corpus corpus --grid --json grid.json");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        List<Mode> modes = values.find(MODE).orElse(List.of(Mode.CHAIN, Mode.TREE));
        TreeSizes sizes = TreeSizes.lists(values);
        int limit = values.get(LIMIT);
        boolean costs = values.get(PREDICT) || values.get(GRID) || modes.contains(Mode.COST_AWARE);
        Map<List<String>, SimulatedTau> rows = new LinkedHashMap<>();
        Map<List<String>, List<GridCell>> grids = new LinkedHashMap<>();
        try (TargetFile open = TargetFile.open(values);
                Corpus corpus = Corpus.openReadOnly(values.get(CORPUS), open.target());
                LoadedDrafts drafts = LoadedDrafts.load(
                        open.target(), values.all(DRAFTS), values.find(CommonParameters.DRAFT_WEIGHTS))) {
            Map<String, List<CorpusSequence>> texts = texts(corpus, limit);
            drafts.byLabel().forEach((label, draft) -> {
                CycleCosts measured =
                        costs ? DecodingCosts.of(open.target(), draft, TargetFile.f32Cache(values)) : null;
                texts.forEach((kind, sequences) -> {
                    double temperature = kind.equals(SAMPLED) ? values.get(TEMPERATURE) : 0;
                    simulate(label, kind, draft, corpus, sequences, modes, sizes, measured, temperature, console, rows);
                    if (values.get(GRID)) {
                        grids.put(
                                List.of(label, kind),
                                grid(
                                        label,
                                        draft,
                                        corpus,
                                        sequences,
                                        sizes,
                                        Objects.requireNonNull(measured),
                                        console));
                    }
                });
            });
        }
        console.out().print(SimulationTable.print(rows));
        grids.forEach((label, cells) -> print(label, cells, console));
        values.find(CommonParameters.JSON).ifPresent(file -> write(file, rows, grids));
    }

    /**
     * Greedy and sampled texts apart: theirs are different taus. Foreign texts don't say what the target would accept.
     */
    private static Map<String, List<CorpusSequence>> texts(Corpus corpus, int limit) {
        List<CorpusSequence> chosen = CorpusSplit.sample(
                corpus.sequences().stream().filter(CorpusSequence::isOneAnswer).toList(), limit);
        if (chosen.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    corpus.folder() + ": expected texts that the target wrote itself, found none");
        }
        Map<String, List<CorpusSequence>> texts = new LinkedHashMap<>();
        for (CorpusSequence sequence : chosen) {
            texts.computeIfAbsent(sequence.argmax() == null ? GREEDY : SAMPLED, kind -> new ArrayList<>())
                    .add(sequence);
        }
        return texts;
    }

    private static void simulate(
            String label,
            String kind,
            DraftModel draft,
            Corpus corpus,
            List<CorpusSequence> sequences,
            List<Mode> modes,
            TreeSizes sizes,
            @Nullable CycleCosts costs,
            double temperature,
            Console console,
            Map<List<String>, SimulatedTau> rows) {
        List<? extends TreePolicy> policies = modes.stream()
                .flatMap(mode -> sizes.policies(mode, () -> costs).stream())
                .toList();
        int longest = sequences.stream().mapToInt(CorpusSequence::length).max().orElseThrow();
        try (SimulatedDecoding decoding = new SimulatedDecoding(draft, policies, longest, costs, temperature);
                Progress progress = console.progress("simulate " + label)) {
            List<List<SimulatedText>> texts =
                    decoding.run(corpus, sequences, done -> update(progress, done, sequences.size(), console));
            for (int i = 0; i < policies.size(); i++) {
                rows.put(
                        List.of(label, policies.get(i).name(), kind),
                        SimulatedTau.of(
                                texts.get(i), costs == null ? Double.NaN : costs.plain(), Bootstrap.standard()));
            }
        }
    }

    private static List<GridCell> grid(
            String label,
            DraftModel draft,
            Corpus corpus,
            List<CorpusSequence> sequences,
            TreeSizes sizes,
            CycleCosts costs,
            Console console) {
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
                    done -> update(progress, done, sequences.size(), console));
        }
    }

    private static void update(Progress progress, int done, int all, Console console) {
        console.checkStop();
        progress.update((double) done / all, done + " of " + all + " texts");
    }

    private static void print(List<String> label, List<GridCell> cells, Console console) {
        Optional<GridCell> best = TreeGrid.best(cells);
        console.out().println();
        console.out().println(String.join(", ", label) + " texts");
        console.out().print(SimulationTable.print(cells));
        console.out()
                .println(best.map(SimulateCommand::text)
                        .orElse("best: plain decoding, no fixed tree is predicted to be faster"));
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

    private static void write(
            Path file, Map<List<String>, SimulatedTau> rows, Map<List<String>, List<GridCell>> grids) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode methods = json.putArray("rows");
        rows.forEach((label, row) -> methods.add(JsonNodeFactory.instance
                .objectNode()
                .put("draft", label.get(0))
                .put("policy", label.get(1))
                .put("texts_of", label.get(2))
                .setAll(row.toJson())));
        ArrayNode trees = json.putArray("grids");
        grids.forEach((label, cells) -> {
            ArrayNode array = trees.addObject()
                    .put("draft", label.get(0))
                    .put("texts_of", label.get(1))
                    .putArray("cells");
            cells.forEach(cell -> array.add(cell.toJson()));
        });
        JsonFile.write(file, json);
    }
}
