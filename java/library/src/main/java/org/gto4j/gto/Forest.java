package org.gto4j.gto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForestBuilder;

/** Draft trees of one draft at many positions of a text. */
public final class Forest implements AutoCloseable {
    /** Roots grown together: enough rows a level for a full matrix product. */
    private static final int ROOTS = 32;

    private final DynamicTree policy;
    private final DraftSession session;

    /** @param longest tokens of the longest text */
    public Forest(DraftModel draft, DynamicTree policy, int longest, Precision products) {
        this.policy = policy;
        this.session = draft.newSession(longest, Math.max(1, ROOTS * policy.maxExpanded()), products);
    }

    /**
     * Reads a text with the draft's weights as they are now.
     *
     * @param features a row a token
     * @param firstRoot lowest trunk row that trees or paths are asked of
     */
    public void read(Features features, int[] text, int firstRoot) {
        session.truncate(0);
        session.extend(features, 0, text.length - 1, Arrays.copyOfRange(text, 1, text.length), firstRoot);
    }

    /** One tree a trunk row. */
    public List<DraftTree> grow(int[] rows) {
        List<DraftTree> trees = new ArrayList<>(rows.length);
        for (int from = 0; from < rows.length; from += ROOTS) {
            session.truncate(session.rows());
            trees.addAll(ForestBuilder.build(
                    session, Arrays.copyOfRange(rows, from, Math.min(rows.length, from + ROOTS)), policy));
        }
        return trees;
    }

    /** See {@link ReferencePaths}. */
    double[] logProbs(int[] rows, int[][] paths) {
        double[] sums = new double[rows.length];
        for (int from = 0; from < rows.length; from += ROOTS) {
            int to = Math.min(rows.length, from + ROOTS);
            double[] part = ReferencePaths.logProbs(
                    session, Arrays.copyOfRange(rows, from, to), Arrays.copyOfRange(paths, from, to));
            System.arraycopy(part, 0, sums, from, part.length);
        }
        return sums;
    }

    @Override
    public void close() {
        session.close();
    }
}
