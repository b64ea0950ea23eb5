package org.gto4j.lab.report;

import java.util.Arrays;
import java.util.Locale;
import org.gto4j.lab.figure.Html;
import org.gto4j.tree.DraftTree;

/**
 * Draws a draft tree as SVG: the root on the left, a column a depth, one line a leaf; each node shows its token and the
 * draft's probability of it after its parent (and the target's, if known), the edge's width follows the path's
 * probability, and the accepted path and the draft's greedy path stand out.
 */
public final class TreePicture {
    private static final int GAP = 22;
    private static final int LINE = 22;
    private static final int BOX_WIDTH = 96;
    private static final int TARGET_WIDTH = 40;
    private static final int BOX_HEIGHT = 18;
    private static final int MARGIN = 12;
    private static final int LONGEST_LABEL = 9;
    /** For light and dark; the picture brings it along, so that it is whole as a file, too. */
    private static final String STYLE = """
        <style>
        .tree{--paper:#fff;--ink:#1f2933;--box:#f5f7fa;--rim:#cbd2d9;--edge:#b8c2cc;--good:#0b7a4b;--good-box:#d7f2e3;--root:#2f6bc1;--root-box:#dbe8fb;--greedy:#b7791f;font:11px ui-monospace,monospace}
        @media(prefers-color-scheme:dark){.tree{--paper:#161b22;--ink:#e6edf3;--box:#21262d;--rim:#484f58;--edge:#57606a;--good:#4ac26b;--good-box:#12391f;--root:#6cb6ff;--root-box:#12304f;--greedy:#e0a83a}}
        .tree rect{fill:var(--box);stroke:var(--rim)}.tree rect.paper{fill:var(--paper);stroke:none}.tree text{fill:var(--ink)}
        .tree .edge{fill:none;stroke:var(--edge)}.tree .edge.accepted{stroke:var(--good)}.tree .edge.greedy:not(.accepted){stroke:var(--greedy)}
        .tree .accepted rect{fill:var(--good-box);stroke:var(--good)}.tree .root rect{fill:var(--root-box);stroke:var(--root)}
        .tree .greedy rect{stroke:var(--greedy);stroke-width:2}.tree .pruned rect{fill:var(--paper);stroke-dasharray:4 3}.tree .edge.pruned{stroke-dasharray:4 3}
        </style>
        """;

    private final TreeSample sample;
    private final DraftTree tree;
    private final int boxWidth;
    private final int column;
    private final boolean[] accepted;
    private final boolean[] greedy;
    private final double[] y;
    private final StringBuilder svg = new StringBuilder();
    private int lines;

    private TreePicture(TreeSample sample) {
        this.sample = sample;
        this.tree = sample.tree();
        this.boxWidth = BOX_WIDTH + (sample.target() == null ? 0 : TARGET_WIDTH);
        this.column = boxWidth + GAP;
        this.accepted = marked(sample.accepted());
        this.greedy = marked(sample.greedy());
        this.y = new double[tree.size()];
    }

    private boolean[] marked(int[] nodes) {
        boolean[] marks = new boolean[tree.size()];
        for (int node : nodes) {
            marks[node] = true;
        }
        return marks;
    }

    /** An SVG element, for a page or as a file of its own. */
    public static String svg(TreeSample sample) {
        return new TreePicture(sample).draw();
    }

    private String draw() {
        double rootY = place(-1);
        int width = 2 * MARGIN + column * tree.depth() + boxWidth;
        int height = 2 * MARGIN + LINE * Math.max(1, lines);
        svg.append(format(
                "<svg class=\"tree\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                        + "role=\"img\" aria-label=\"draft tree of %d nodes, %d accepted\">%n",
                width, height, width, height, sample.kept(), sample.accepted().length));
        svg.append(STYLE).append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
        for (int node = 0; node < tree.size(); node++) {
            edge(node, tree.parents()[node] < 0 ? rootY : y[tree.parents()[node]]);
        }
        box(0, rootY, sample.root(), "root", "the root: the target's own token of the cycle before");
        for (int node = 0; node < tree.size(); node++) {
            box(tree.depth(node), y[node], label(node), "node" + marks(node), title(node));
        }
        return svg.append("</svg>\n").toString();
    }

    private String label(int node) {
        String draft = percent(Math.exp(tree.logProbs()[node]));
        return sample.labels().get(node) + "\u2002"
                + (sample.target() == null ? draft : draft + "/" + percent(sample.target()[node]));
    }

    private String title(int node) {
        String draft = format(
                "p = %.3f after its parent, %.4f on the path",
                Math.exp(tree.logProbs()[node]), Math.exp(tree.scores()[node]));
        return draft
                + (sample.target() == null ? "" : format("; the target's p = %.3f", sample.target()[node]))
                + (node < sample.kept() ? "" : "; not in the tree");
    }

    /** Classes of what stands out. */
    private String marks(int node) {
        return (accepted[node] ? " accepted" : "")
                + (greedy[node] ? " greedy" : "")
                + (node < sample.kept() ? "" : " pruned");
    }

    /**
     * Gives leaves a line each, in order of probability, and parents the middle of their children. Depth of the
     * recursion: the tree's.
     */
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
        return Arrays.stream(children, 0, count)
                .boxed()
                .sorted((a, b) -> Float.compare(tree.logProbs()[b], tree.logProbs()[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private void edge(int node, double parentY) {
        int depth = tree.depth(node);
        int from = MARGIN + column * (depth - 1) + boxWidth;
        int to = MARGIN + column * depth;
        int bend = (from + to) / 2;
        svg.append(format(
                "<path class=\"%s\" d=\"M%d %.1fC%d %.1f %d %.1f %d %.1f\" stroke-width=\"%.1f\"/>%n",
                "edge" + marks(node),
                from,
                parentY,
                bend,
                parentY,
                bend,
                y[node],
                to,
                y[node],
                accepted[node] ? 2.5 : 0.7 + 2 * Math.exp(tree.scores()[node])));
    }

    private void box(int depth, double middle, String label, String style, String title) {
        int x = MARGIN + column * depth;
        svg.append(format(
                "<g class=\"%s\"><title>%s</title><rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
                        + "<text x=\"%d\" y=\"%.1f\">%s</text></g>%n",
                style,
                Html.escape(title),
                x,
                middle - BOX_HEIGHT / 2.0,
                boxWidth,
                BOX_HEIGHT,
                x + 6,
                middle + 4,
                Html.escape(shown(label))));
    }

    private static String percent(double probability) {
        return format("%.0f%%", 100 * probability);
    }

    /** Blanks and line ends made visible; long tokens cut, what follows the en space (the probability) kept. */
    private static String shown(String label) {
        int split = label.indexOf('\u2002') >= 0 ? label.lastIndexOf('\u2002') : label.length();
        String token = label.substring(0, split)
                .replace("\n", "\u21b5")
                .replace("\t", "\u21e5")
                .replace(' ', '\u00b7');
        if (token.codePointCount(0, token.length()) > LONGEST_LABEL) {
            token = token.substring(0, token.offsetByCodePoints(0, LONGEST_LABEL - 1)) + "\u2026";
        }
        return (token.isEmpty() ? "\u2205" : token) + label.substring(split);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
