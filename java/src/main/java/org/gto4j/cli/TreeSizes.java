package org.gto4j.cli;

import java.util.Arrays;
import java.util.function.Supplier;

import org.apache.commons.cli.Options;
import org.gto4j.eval.Mode;
import org.gto4j.tree.Chain;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.TreePolicy;

/** The options --tree and --chain: how large drafts are. */
final class TreeSizes {
    private static final String DEFAULT_TREE = "60/7/10";
    private static final int DEFAULT_CHAIN = 7;
    private static final int LOOKUP_NGRAM = 3;

    private final DynamicTree tree;
    private final int chain;

    TreeSizes(Values values) {
        tree = tree(values.text("tree", DEFAULT_TREE));
        chain = values.integer("chain", DEFAULT_CHAIN, 1);
    }

    static Options addTo(Options options) {
        return addTreeTo(options).addOption(Opt.value(null, "chain", "N", "tokens of a draft chain or of a lookup (default " + DEFAULT_CHAIN + ")"));
    }

    static Options addTreeTo(Options options) {
        return options.addOption(Opt.value(null, "tree", "N/D/K", "nodes, depth and top-k of a draft tree (default " + DEFAULT_TREE + ")"));
    }

    /** @param costs asked for cost-aware trees only */
    TreePolicy policy(Mode mode, Supplier<CycleCosts> costs) {
        return switch (mode) {
            case COST_AWARE -> new CostAwareTree(costs.get());
            case PLAIN -> new NoTree();
            case LOOKUP -> new PromptLookup(LOOKUP_NGRAM, chain);
            case CHAIN -> new Chain(chain);
            case TREE -> tree;
        };
    }

    DynamicTree tree() {
        return tree;
    }

    private static DynamicTree tree(String text) {
        if (!text.matches("[1-9]\\d{0,3}/[1-9]\\d?/[1-9]\\d?")) {
            throw Values.wrong("tree", "nodes/depth/top-k as in " + DEFAULT_TREE, text);
        }
        int[] sizes = Arrays.stream(text.split("/")).mapToInt(Integer::parseInt).toArray();
        return new DynamicTree(sizes[1], sizes[2], sizes[0]);
    }
}
