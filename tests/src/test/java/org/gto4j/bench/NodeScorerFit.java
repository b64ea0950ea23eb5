package org.gto4j.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.gto4j.common.ConstantName;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.tree.Children;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForwardingTreePlanner;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TokenHistory;
import org.gto4j.tree.TreePlanner;

/**
 * Fits the weights of trees that are scored by the text ({@link org.gto4j.tree.ScoredTree}) on texts that the target
 * has written: replays every other text of the corpora with trees of 60 nodes, and finds the weights of the greatest
 * likelihood of what came below each node that the walks reached, from less and less: the log-likelihoods say what each
 * kind of knowledge is worth. Arguments: target, draft, corpora.
 */
public final class NodeScorerFit {
    private static final int MOST = 5;
    private static final int OFFERED = 3;
    private static final double LEAST_REST = 1e-4;
    private static final int STEPS = 12;

    private static final int OTHERS = 1;
    private static final int IN_TEXT = 2;
    private static final int RANK = IN_TEXT + 1 + MOST;
    /**
     * Weights: of log q; of all tokens that aren't among the children; of tokens that are in the text, and that stood
     * behind 1, 2, .. tokens; of the log of the rank; of log q times depth, and times the children's entropy.
     */
    private static final int WEIGHTS = RANK + 3;

    /** What is known, by the number of the first weights that it has. */
    private enum Knowledge {
        DRAFT(IN_TEXT),
        AND_WHAT_THE_TEXT_HOLDS(IN_TEXT + 1),
        AND_BEHIND_WHAT_IT_STOOD(RANK),
        AND_RANK_DEPTH_AND_ENTROPY(WEIGHTS);

        private final int weights;

        Knowledge(int weights) {
            this.weights = weights;
        }
    }

    private NodeScorerFit() {}

    /**
     * A node that a walk reached.
     *
     * @param features of each child, and of all others together
     * @param came which of them did
     */
    private record Reached(double[][] features, int came) {}

    /** Prints the weights. */
    public static void main(String[] args) {
        List<Reached> nodes = new ArrayList<>();
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[0]));
                DraftModel draft = DraftModel.load(target, Path.of(args[1]))) {
            for (String folder : Arrays.asList(args).subList(2, args.length)) {
                try (Corpus corpus = Corpus.openReadOnly(Path.of(folder), target)) {
                    replay(draft, corpus, nodes);
                }
            }
        }
        System.out.println(nodes.size() + " nodes; weights of log q, others, in the text, behind 1.." + MOST
                + " tokens, log(1 + rank), log q * depth, log q * entropy");
        for (Knowledge known : Knowledge.values()) {
            double[] weights = fit(nodes, known.weights);
            System.out.printf(
                    Locale.ROOT,
                    "%s: log-likelihood %.4f a node, %s%n",
                    ConstantName.spaced(known),
                    nodes.stream()
                            .mapToDouble(node -> Math.log(probabilities(weights, node.features())[node.came()]))
                            .average()
                            .orElse(Double.NaN),
                    Arrays.toString(Arrays.stream(weights, 0, known.weights)
                            .mapToObj(weight -> String.format(Locale.ROOT, "%.2f", weight))
                            .toArray()));
        }
    }

    private static void replay(DraftModel draft, Corpus corpus, List<Reached> nodes) {
        List<CorpusSequence> texts = new ArrayList<>();
        for (int i = 0; i < corpus.sequences().size(); i += 2) {
            texts.add(corpus.sequences().get(i));
        }
        int longest = texts.stream().mapToInt(CorpusSequence::length).max().orElse(2);
        try (SimulatedDecoding simulation =
                new SimulatedDecoding(draft, List.of(new Recording(nodes)), Math.max(2, longest), null)) {
            simulation.run(corpus, texts, done -> {});
        }
    }

    /** Trees of the usual size, whose reached nodes are written down. */
    private static final class Recording extends ForwardingTreePolicy {
        private final List<Reached> nodes;

        Recording(List<Reached> nodes) {
            super(DynamicTree.eagle2());
            this.nodes = nodes;
        }

        @Override
        public TreePlanner planner() {
            return new ForwardingTreePlanner(super.planner()) {
                private Watched watched;

                @Override
                public DraftTree plan(Drafter drafter, int depth, int most) {
                    watched = new Watched(drafter);
                    return super.plan(watched, depth, most);
                }

                @Override
                public void verified(DraftTree tree, int[] accepted, int next) {
                    if (watched != null) {
                        watched.record(tree, accepted, next, nodes);
                    }
                    super.verified(tree, accepted, next);
                }
            };
        }
    }

    /** A drafter whose answers are kept. */
    private static final class Watched implements Drafter {
        /** @param path from the root, as a text; its node's children are {@code tokens} */
        private record Asked(List<Integer> path, int[] tokens, double[] logProbs) {}

        private final Drafter drafter;
        private final List<Asked> asked = new ArrayList<>();
        private final List<List<Integer>> paths = new ArrayList<>();
        private int firstNode = -1;

        Watched(Drafter drafter) {
            this.drafter = drafter;
        }

        @Override
        public TokenHistory history() {
            return drafter.history();
        }

        @Override
        public Children roots(int k) {
            Children all = drafter.roots(OFFERED * k);
            keep(all, List.of(List.of()));
            return best(all, k);
        }

        @Override
        public Children expand(int[] parents, int[] tokens, int k) {
            Children all = drafter.expand(parents, tokens, OFFERED * k);
            firstNode = firstNode < 0 ? all.firstNode() : firstNode;
            List<List<Integer>> below = new ArrayList<>();
            for (int i = 0; i < parents.length; i++) {
                List<Integer> path = new ArrayList<>(parents[i] < 0 ? List.of() : paths.get(parents[i] - firstNode));
                path.add(tokens[i]);
                below.add(path);
            }
            paths.addAll(below);
            keep(all, below);
            return best(all, k);
        }

        private void keep(Children all, List<List<Integer>> of) {
            for (int row = 0; row < of.size(); row++) {
                int from = row * all.k();
                int to = from + all.k();
                double[] logProbs = new double[all.k()];
                for (int i = 0; i < logProbs.length; i++) {
                    logProbs[i] = Math.min(0, all.logProbs()[from + i]);
                }
                asked.add(new Asked(of.get(row), Arrays.copyOfRange(all.tokens(), from, to), logProbs));
            }
        }

        private static Children best(Children all, int k) {
            int kept = Math.min(k, all.k());
            int[] tokens = new int[all.rows() * kept];
            float[] logProbs = new float[tokens.length];
            for (int row = 0; row < all.rows(); row++) {
                System.arraycopy(all.tokens(), row * all.k(), tokens, row * kept, kept);
                System.arraycopy(all.logProbs(), row * all.k(), logProbs, row * kept, kept);
            }
            return new Children(all.firstNode(), kept, tokens, logProbs, null);
        }

        void record(DraftTree tree, int[] accepted, int next, List<Reached> nodes) {
            List<Integer> text = new ArrayList<>();
            // the tree's root is the text's last token now as then
            for (int i = 0; i < history().size(); i++) {
                text.add(history().token(i));
            }
            Set<List<Integer>> known = ngrams(text);
            List<Integer> path = new ArrayList<>();
            for (int step = 0; step <= accepted.length; step++) {
                int token = step < accepted.length ? tree.tokens()[accepted[step]] : next;
                Asked node = asked.stream()
                        .filter(one -> one.path().equals(path))
                        .findFirst()
                        .orElse(null);
                if (token < 0 || node == null) {
                    return;
                }
                List<Integer> context = new ArrayList<>(text);
                context.addAll(path);
                nodes.add(reached(node, context, known, token));
                path.add(token);
            }
        }

        private static Reached reached(Asked node, List<Integer> context, Set<List<Integer>> known, int token) {
            int children = node.tokens().length;
            double[][] features = new double[children + 1][WEIGHTS];
            double rest = 1;
            double entropy = 0;
            for (double logProb : node.logProbs()) {
                rest -= Math.exp(logProb);
                entropy -= logProb * Math.exp(logProb);
            }
            int came = children;
            for (int i = 0; i <= children; i++) {
                double logProb = i < children ? node.logProbs()[i] : Math.log(Math.max(rest, LEAST_REST));
                features[i][0] = logProb;
                features[i][RANK] = Math.log(1 + i);
                features[i][RANK + 1] = logProb * (1 + node.path().size());
                features[i][RANK + 2] = logProb * entropy;
                int match = i < children ? match(context, known, node.tokens()[i]) : -1;
                if (match >= 0) {
                    features[i][IN_TEXT + match] = 1;
                }
                came = i < children && node.tokens()[i] == token ? i : came;
            }
            features[children][OTHERS] = 1;
            return new Reached(features, came);
        }

        private static int match(List<Integer> context, Set<List<Integer>> known, int token) {
            int match = -1;
            for (int before = 0; before <= Math.min(MOST, context.size()); before++) {
                List<Integer> gram = new ArrayList<>(context.subList(context.size() - before, context.size()));
                gram.add(token);
                if (!known.contains(gram)) {
                    break;
                }
                match = before;
            }
            return match;
        }

        private static Set<List<Integer>> ngrams(List<Integer> text) {
            Set<List<Integer>> grams = new HashSet<>();
            for (int at = 0; at < text.size(); at++) {
                for (int before = 0; before <= Math.min(MOST, at); before++) {
                    grams.add(new ArrayList<>(text.subList(at - before, at + 1)));
                }
            }
            return grams;
        }
    }

    /** The first {@code count} weights by Newton's method, the others 0. */
    private static double[] fit(List<Reached> nodes, int count) {
        double[] weights = new double[WEIGHTS];
        weights[0] = 1;
        for (int step = 0; step < STEPS; step++) {
            double[] gradient = new double[WEIGHTS];
            double[][] curvature = new double[WEIGHTS][WEIGHTS];
            for (Reached node : nodes) {
                double[] p = probabilities(weights, node.features());
                double[] mean = new double[WEIGHTS];
                for (int i = 0; i < p.length; i++) {
                    for (int k = 0; k < count; k++) {
                        mean[k] += p[i] * node.features()[i][k];
                    }
                }
                for (int k = 0; k < count; k++) {
                    gradient[k] += node.features()[node.came()][k] - mean[k];
                    for (int i = 0; i < p.length; i++) {
                        for (int l = 0; l < count; l++) {
                            curvature[k][l] += p[i] * (node.features()[i][k] - mean[k]) * node.features()[i][l];
                        }
                    }
                }
            }
            double[] change = solve(curvature, gradient);
            for (int k = 0; k < count; k++) {
                weights[k] += change[k];
            }
        }
        return weights;
    }

    private static double[] probabilities(double[] weights, double[][] features) {
        double[] p = new double[features.length];
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double score = 0;
            for (int k = 0; k < WEIGHTS; k++) {
                score += weights[k] * features[i][k];
            }
            sum += p[i] = Math.exp(score);
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        return p;
    }

    /** By elimination; a little is added to the diagonal, for what no node has. */
    private static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        for (int i = 0; i < n; i++) {
            matrix[i][i] += 0.1;
        }
        for (int column = 0; column < n; column++) {
            for (int row = 0; row < n; row++) {
                if (row != column) {
                    double factor = matrix[row][column] / matrix[column][column];
                    for (int k = 0; k < n; k++) {
                        matrix[row][k] -= factor * matrix[column][k];
                    }
                    right[row] -= factor * right[column];
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = right[i] / matrix[i][i];
        }
        return solution;
    }
}
