package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.DecodingCosts;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.terminal.Console;
import org.gto4j.tree.CycleCosts;

/** {@code gto4j simulate}. */
final class SimulateCommand implements Command {
    private static final String GREEDY = "greedy";
    private static final String SAMPLED = "sampled";

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
            "trees of all depths up to " + Simulation.GRID_DEPTH + " and nodes up to " + Simulation.GRID_NODES
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
        boolean costs = values.get(PREDICT) || values.get(GRID) || modes.contains(Mode.COST_AWARE);
        try (TargetFile open = TargetFile.open(values);
                Corpus corpus = Corpus.openReadOnly(values.get(CORPUS), open.target());
                LoadedDrafts drafts = LoadedDrafts.load(
                        open.target(), values.all(DRAFTS), values.find(CommonParameters.DRAFT_WEIGHTS))) {
            Simulation simulation = new Simulation(corpus, modes, TreeSizes.lists(values), values.get(GRID), console);
            Map<String, List<CorpusSequence>> texts = texts(corpus, values.get(LIMIT));
            drafts.byLabel().forEach((label, draft) -> {
                CycleCosts measured =
                        costs ? DecodingCosts.of(open.target(), draft, TargetFile.f32Cache(values)) : null;
                texts.forEach((kind, sequences) -> simulation.run(
                        label, kind, draft, sequences, measured, kind.equals(SAMPLED) ? values.get(TEMPERATURE) : 0));
            });
            simulation.print();
            values.find(CommonParameters.JSON).ifPresent(simulation::write);
        }
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
}
