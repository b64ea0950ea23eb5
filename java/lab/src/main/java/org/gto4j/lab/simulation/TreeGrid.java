package org.gto4j.lab.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForestBuilder;
import org.gto4j.tree.NestedTrees;

/**
 * Simulated decoding (see {@link SimulatedDecoding}) with fixed trees of all depths and sizes, and with chains: one
 * large tree at every position of a text holds them all. With measured costs it tells which fixed tree would be the
 * fastest, and so what sizing trees can give with this draft at most if it doesn't look at the text. Not thread-safe.
 */
public final class TreeGrid {
    /** Positions whose trees are grown together: enough rows a level for a full matrix product. */
    private static final int ROOTS = 32;

    private static final int MOST_TREES = 1 << 16;

    private final CycleCosts costs;
    private final List<Candidate> candidates = new ArrayList<>();
    private final List<Integer> tokens = new ArrayList<>();
    private final int depths;
    private final int nodes;

    /** A fixed tree and what came of it: cycles of each text, seconds of all. */
    private static final class Candidate {
        final int depth;
        final int nodes;
        final int topK;
        final double fixedSeconds;
        final List<Integer> cycles = new ArrayList<>();
        double seconds;

        Candidate(int depth, int nodes, int topK, CycleCosts costs) {
            this.depth = depth;
            this.nodes = nodes;
            this.topK = topK;
            int size = new DynamicTree(depth, topK, nodes).maxNodes();
            fixedSeconds = costs.roots() + costs.pass(size + 1, size + 1);
        }
    }

    /**
     * Trees of all sizes at a place of a text.
     *
     * @param accepted [depth - 1][nodes]: accepted tokens
     * @param seconds [depth - 1][nodes]: of drafting all levels but the first
     */
    private record Place(int[][] accepted, double[][] seconds) {}

    private TreeGrid(int depths, int nodes, int topK, CycleCosts costs) {
        this.costs = costs;
        this.depths = depths;
        this.nodes = nodes;
        for (int depth = 1; depth <= depths; depth++) {
            candidates.add(new Candidate(depth, depth, 1, costs));
            for (int n = 2; n <= nodes && topK > 1; n++) {
                // Of a layer no more than n can be kept, nor have children that are.
                candidates.add(new Candidate(depth, n, Math.min(topK, n), costs));
            }
        }
    }

    /**
     * Decodes sequences of a corpus with all trees.
     *
     * @param depths 1..depths are tried, at least 1
     * @param nodes 2..nodes are tried, at least 2
     * @param topK children a node and nodes expanded a level, at least 1; no more than a tree has nodes
     * @param costs of target and draft
     * @param bootstrap of tau
     * @param done is told the number of sequences done, after each
     * @return one cell a depth and number of nodes, and one a depth for chains
     */
    public static List<GridCell> run(
            DraftModel draft,
            Corpus corpus,
            List<CorpusSequence> sequences,
            int depths,
            int nodes,
            int topK,
            CycleCosts costs,
            Bootstrap bootstrap,
            IntConsumer done) {
        check(depths, nodes, topK);
        TreeGrid grid = new TreeGrid(depths, nodes, topK, costs);
        int longest = sequences.stream().mapToInt(CorpusSequence::length).max().orElse(2);
        int children = Math.min(topK, draft.info().draftVocabulary());
        DynamicTree tree = new DynamicTree(
                depths, children, (int) Math.min(Integer.MAX_VALUE, children + (depths - 1L) * children * children));
        DynamicTree chain = new DynamicTree(depths, 1, depths);
        try (DraftSession session = draft.newDecodingSession(longest, Math.max(1, ROOTS * tree.maxExpanded()));
                Features features = corpus.newFeatures()) {
            for (CorpusSequence sequence : sequences) {
                int[] text = sequence.tokens();
                corpus.read(sequence, features);
                session.truncate(0);
                session.extend(
                        features,
                        0,
                        text.length - 1,
                        Arrays.copyOfRange(text, 1, text.length),
                        sequence.promptLength() - 1);
                boolean ended = draft.target().isEnd(text[text.length - 1]);
                grid.add(
                        text,
                        sequence.promptLength(),
                        ended,
                        grid.places(session, text, sequence.promptLength(), tree),
                        grid.places(session, text, sequence.promptLength(), chain));
                done.accept(grid.tokens.size());
            }
        }
        return grid.cells(bootstrap);
    }

    private static void check(int depths, int nodes, int topK) {
        if (depths < 1 || nodes < 2 || topK < 1 || (long) depths * nodes > MOST_TREES) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "a grid of trees needs depths of at least 1, nodes of at least 2, " + MOST_TREES
                            + " trees at most, and topK of at least 1, found depths " + depths + ", nodes " + nodes
                            + " and topK " + topK);
        }
    }

    /** The fastest by prediction; empty if plain decoding is faster than all. */
    public static Optional<GridCell> best(List<GridCell> cells) {
        return cells.stream().filter(cell -> cell.speedup() > 1).max(Comparator.comparingDouble(GridCell::speedup));
    }

    /** One a position from the first root on. */
    private Place[] places(DraftSession session, int[] text, int firstRoot, DynamicTree policy) {
        Place[] places = new Place[text.length - 1 - firstRoot];
        for (int from = firstRoot; from < text.length - 1; from += ROOTS) {
            int to = Math.min(text.length - 1, from + ROOTS);
            session.truncate(session.rows());
            List<DraftTree> trees = ForestBuilder.build(
                    session, IntStream.range(from - 1, to - 1).toArray(), policy);
            for (int root = from; root < to; root++) {
                DraftTree tree = trees.get(root - from);
                places[root - firstRoot] = new Place(
                        counts(NestedTrees.sizes(tree, tree.path(text, root + 1), depths)),
                        drafting(NestedTrees.expanded(tree, policy.topK(), depths)));
            }
        }
        return places;
    }

    private double[][] drafting(int[][] expanded) {
        double[][] seconds = new double[depths][nodes + 1];
        for (int d = 1; d < depths; d++) {
            for (int n = 0; n <= nodes; n++) {
                int most = n;
                int rows = (int) Arrays.stream(expanded[d - 1])
                        .filter(size -> size <= most)
                        .count();
                seconds[d][n] =
                        seconds[d - 1][n] + (rows == 0 ? 0 : costs.level().at(rows));
            }
        }
        return seconds;
    }

    private int[][] counts(int[][] sizes) {
        int[][] counts = new int[depths][nodes + 1];
        for (int d = 0; d < depths; d++) {
            for (int n = 0; n <= nodes; n++) {
                int most = n;
                counts[d][n] = (int)
                        Arrays.stream(sizes[d]).filter(size -> size <= most).count();
            }
        }
        return counts;
    }

    private void add(int[] text, int firstRoot, boolean ended, Place[] ofTrees, Place[] ofChains) {
        int length = text.length - 1 - firstRoot;
        tokens.add(length);
        for (Candidate candidate : candidates) {
            Place[] places = candidate.topK == 1 ? ofChains : ofTrees;
            int size = Math.min(nodes, candidate.nodes);
            int cycles = 0;
            int gained = 1;
            for (int at = 0; at < length; at += gained, cycles++) {
                boolean drafts = ended || at < length - 1;
                candidate.seconds += drafts
                        ? costs.follow().at(gained)
                                + candidate.fixedSeconds
                                + places[at].seconds()[candidate.depth - 1][size]
                        : costs.plain();
                int path = Math.min(places[at].accepted()[candidate.depth - 1][size], ended ? length : length - at - 1);
                gained = path + (ended && path == length - at ? 0 : 1);
            }
            candidate.cycles.add(cycles);
        }
    }

    private List<GridCell> cells(Bootstrap bootstrap) {
        double[] gained = tokens.stream().mapToDouble(x -> x).toArray();
        double all = Arrays.stream(gained).sum();
        return candidates.stream()
                .map(candidate -> {
                    double[] cycles =
                            candidate.cycles.stream().mapToDouble(x -> x).toArray();
                    return new GridCell(
                            candidate.depth,
                            candidate.nodes,
                            candidate.topK,
                            all / Arrays.stream(cycles).sum(),
                            bootstrap.ratio(gained, cycles),
                            all * costs.plain() / candidate.seconds);
                })
                .toList();
    }
}
