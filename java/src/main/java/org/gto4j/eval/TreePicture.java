package org.gto4j.eval;

import java.util.Arrays;
import java.util.Locale;

import org.gto4j.tree.DraftTree;

/**
 * Draws a draft tree as SVG: the root on the left, a column a depth, one line a leaf; each node shows its token and the draft's probability of it
 * after its parent, the edge's width follows the path's probability, and the accepted path stands out.
 */
public final class TreePicture {
    private static final int COLUMN = 118;
    private static final int LINE = 22;
    private static final int BOX_WIDTH = 96;
    private static final int BOX_HEIGHT = 18;
    private static final int MARGIN = 12;
    private static final int LONGEST_LABEL = 9;

    private final TreeSample sample;
    private final DraftTree tree;
    private final boolean[] accepted;
    private final double[] y;
    private final StringBuilder svg = new StringBuilder();
    private int lines;

    private TreePicture(TreeSample sample) {
        this.sample = sample;
        this.tree = sample.tree();
        this.accepted = new boolean[tree.size()];
        for (int node : sample.accepted()) {
            accepted[node] = true;
        }
        this.y = new double[tree.size()];
    }

    /** An SVG element for use inside HTML. */
    public static String svg(TreeSample sample) {
        return new TreePicture(sample).draw();
    }

    private String draw() {
        double rootY = place(-1);
        int width = 2 * MARGIN + COLUMN * tree.depth() + BOX_WIDTH;
        int height = 2 * MARGIN + LINE * Math.max(1, lines);
        svg.append(format("<svg class=\"tree\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
            + "role=\"img\" aria-label=\"draft tree of %d nodes, %d accepted\">%n", width, height, width, height, tree.size(),
            sample.accepted().length));
        for (int node = 0; node < tree.size(); node++) {
            edge(node, tree.parents()[node] < 0 ? rootY : y[tree.parents()[node]]);
        }
        box(0, rootY, sample.root(), "root", "the root: the target's own token of the cycle before");
        for (int node = 0; node < tree.size(); node++) {
            String title = format("p = %.3f after its parent, %.4f on the path", Math.exp(tree.logProbs()[node]), Math.exp(tree.scores()[node]));
            box(tree.depth(node), y[node], sample.labels().get(node) + "\u2002" + percent(tree.logProbs()[node]),
                accepted[node] ? "accepted" : "node", title);
        }
        return svg.append("</svg>\n").toString();
    }

    /** Gives leaves a line each, in order of probability, and parents the middle of their children. Depth of the recursion: the tree's. */
    private double place(int parent) {
        int[] children = children(parent);
        double top = 0;
        double bottom = 0;
        for (int i = 0; i < children.length; i++) {
            double at = place(children[i]);
            top = i == 0 ? at : top;
            bottom = at;
        }
        double middle = children.length > 0 ? (top + bottom) / 2 : MARGIN + LINE * (lines++ + 0.5);
        if (parent >= 0) {
            y[parent] = middle;
        }
        return middle;
    }

    private int[] children(int parent) {
        int[] children = new int[tree.size()];
        int count = 0;
        for (int node = 0; node < tree.size(); node++) {
            if (tree.parents()[node] == parent) {
                children[count++] = node;
            }
        }
        return Arrays.stream(children, 0, count).boxed().sorted((a, b) -> Float.compare(tree.logProbs()[b], tree.logProbs()[a]))
            .mapToInt(Integer::intValue).toArray();
    }

    private void edge(int node, double parentY) {
        int depth = tree.depth(node);
        int from = MARGIN + COLUMN * (depth - 1) + BOX_WIDTH;
        int to = MARGIN + COLUMN * depth;
        int bend = (from + to) / 2;
        svg.append(format("<path class=\"%s\" d=\"M%d %.1fC%d %.1f %d %.1f %d %.1f\" stroke-width=\"%.1f\"/>%n",
            accepted[node] ? "edge accepted" : "edge", from, parentY, bend, parentY, bend, y[node], to, y[node],
            accepted[node] ? 2.5 : 0.7 + 2 * Math.exp(tree.scores()[node])));
    }

    private void box(int depth, double middle, String label, String style, String title) {
        int x = MARGIN + COLUMN * depth;
        svg.append(format("<g class=\"%s\"><title>%s</title><rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
            + "<text x=\"%d\" y=\"%.1f\">%s</text></g>%n", style, Html.escape(title), x, middle - BOX_HEIGHT / 2.0, BOX_WIDTH, BOX_HEIGHT, x + 6,
            middle + 4, Html.escape(shown(label))));
    }

    private static String percent(float logProb) {
        return format("%.0f%%", 100 * Math.exp(logProb));
    }

    /** Blanks and line ends made visible; long tokens cut, what follows the en space (the probability) kept. */
    private static String shown(String label) {
        int split = label.indexOf('\u2002') >= 0 ? label.lastIndexOf('\u2002') : label.length();
        String token = label.substring(0, split).replace("\n", "\u21b5").replace("\t", "\u21e5").replace(' ', '\u00b7');
        if (token.codePointCount(0, token.length()) > LONGEST_LABEL) {
            token = token.substring(0, token.offsetByCodePoints(0, LONGEST_LABEL - 1)) + "\u2026";
        }
        return (token.isEmpty() ? "\u2205" : token) + label.substring(split);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
