package org.gto4j.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * EAGLE-2's tree, written down as the paper says it, without a thought for speed: what {@link DynamicTree} must equal.
 */
final class ReferenceTree {
    private record Candidate(int id, int depth, int token, Candidate parent, float logProb, float score) {
        List<Integer> path() {
            List<Integer> path = parent == null ? new ArrayList<>() : parent.path();
            path.add(token);
            return path;
        }
    }

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparing((Candidate c) -> -c.score())
            .thenComparing(Candidate::depth)
            .thenComparing(Candidate::id);

    private final List<Candidate> all = new ArrayList<>();

    /** Lines "path score" of the kept nodes, in the order of their ids. */
    static List<String> of(FakeDraft draft, int row, int depth, int topK, int nodes) {
        ReferenceTree tree = new ReferenceTree();
        List<Candidate> layer = tree.children(draft, row, null, topK);
        for (int d = 2; d <= depth; d++) {
            List<Candidate> next = new ArrayList<>();
            for (Candidate parent :
                    layer.stream().sorted(BEST_FIRST).limit(topK).toList()) {
                next.addAll(tree.children(draft, row, parent, topK));
            }
            layer = next;
        }
        return tree.all.stream()
                .sorted(BEST_FIRST)
                .limit(nodes)
                .sorted(Comparator.comparing(Candidate::id))
                .map(c -> c.path() + " " + c.logProb() + " " + c.score())
                .toList();
    }

    private List<Candidate> children(FakeDraft draft, int row, Candidate parent, int topK) {
        float[] logProbs = draft.logProbs(row, parent == null ? List.of() : parent.path());
        List<Candidate> children = new ArrayList<>();
        for (int token : draft.best(logProbs, topK)) {
            float score = (parent == null ? 0 : parent.score()) + logProbs[token];
            children.add(new Candidate(
                    all.size() + children.size(),
                    parent == null ? 1 : parent.depth() + 1,
                    token,
                    parent,
                    logProbs[token],
                    score));
        }
        all.addAll(children);
        return children;
    }

    /** The same lines of a tree that was built. */
    static List<String> lines(DraftTree tree) {
        List<String> lines = new ArrayList<>();
        for (int node = 0; node < tree.size(); node++) {
            List<Integer> path = new ArrayList<>();
            for (int up = node; up >= 0; up = tree.parents()[up]) {
                path.add(0, tree.tokens()[up]);
            }
            lines.add(path + " " + tree.logProbs()[node] + " " + tree.scores()[node]);
        }
        return lines;
    }
}
