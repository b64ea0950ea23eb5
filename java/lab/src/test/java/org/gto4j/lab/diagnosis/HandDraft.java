package org.gto4j.lab.diagnosis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.gto4j.tree.Children;
import org.gto4j.tree.Drafter;
import org.gto4j.tree.TokenHistory;

/** A draft whose two most probable children of each path are written down, best first. */
final class HandDraft implements Drafter {
    private final Map<List<Integer>, Map.Entry<int[], double[]>> children;
    private final List<List<Integer>> nodes = new ArrayList<>();

    /** @param children by path: tokens and probabilities */
    HandDraft(Map<List<Integer>, Map.Entry<int[], double[]>> children) {
        this.children = children;
    }

    @Override
    public TokenHistory history() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Children roots(int k) {
        return children(-1, List.of(List.of()), k);
    }

    @Override
    public Children expand(int[] parents, int[] tokens, int k) {
        int first = nodes.size();
        for (int i = 0; i < parents.length; i++) {
            List<Integer> path = new ArrayList<>(parents[i] < 0 ? List.of() : nodes.get(parents[i]));
            path.add(tokens[i]);
            nodes.add(path);
        }
        return children(first, nodes.subList(first, nodes.size()), k);
    }

    private Children children(int first, List<List<Integer>> paths, int k) {
        int[] tokens = new int[paths.size() * k];
        float[] logProbs = new float[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            Map.Entry<int[], double[]> known = children.get(paths.get(i / k));
            tokens[i] = known.getKey()[i % k];
            logProbs[i] = (float) Math.log(known.getValue()[i % k]);
        }
        return new Children(first, k, tokens, logProbs, null);
    }
}
