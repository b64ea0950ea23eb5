package org.gto4j.lab.cli;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.commons.cli.Options;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Mode;
import org.gto4j.tree.Chain;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TreePolicy;
import org.gto4j.tree.TreeShape;

/**
 * The options --tree, --chain and --static: how large drafts are. Each may list several sizes where ways of decoding
 * are compared.
 */
final class TreeSizes {
    private static final String DEFAULT_TREE = "60/7/10";
    private static final String DEFAULT_CHAIN = "7";
    private static final String DEFAULT_STATIC = TreeShape.eagle1().toString();
    private static final int LOOKUP_NGRAM = 3;
    /** Each token of a chain is a step of the draft that waits for the one before. */
    private static final int MOST_CHAIN = 256;

    private final List<DynamicTree> trees;
    private final List<Integer> chains;
    private final List<StaticTree> statics;

    TreeSizes(Values values) {
        trees = list(values, "tree", DEFAULT_TREE, TreeSizes::tree);
        chains = list(values, "chain", DEFAULT_CHAIN, text -> Values.toInteger("chain", text, 1, MOST_CHAIN));
        statics = list(values, "static", DEFAULT_STATIC, TreeSizes::shape);
    }

    /** Of options that take one size each, not lists. */
    static TreeSizes single(Values values) {
        for (String option : List.of("tree", "chain", "static")) {
            if (values.text(option, "").contains(",")) {
                throw Values.wrong(option, "one size", values.text(option, ""));
            }
        }
        return new TreeSizes(values);
    }

    private static <T> List<T> list(Values values, String option, String otherwise, Function<String, T> read) {
        List<T> sizes =
                values.parts(option, otherwise).stream().distinct().map(read).toList();
        if (sizes.isEmpty()) {
            throw Values.wrong(option, "a size", values.text(option, ""));
        }
        return sizes;
    }

    /** All three, one size each. */
    static Options addTo(Options options) {
        return addTo(options, "");
    }

    /** All three, with a list of sizes each. */
    static Options addListsTo(Options options) {
        return addTo(options, ",...");
    }

    private static Options addTo(Options options, String more) {
        return addTreeTo(options, more)
                .addOption(CommandOptions.value(
                        null,
                        "chain",
                        "N" + more,
                        "tokens of a draft chain or, the largest of them, of a lookup (default " + DEFAULT_CHAIN + ")"))
                .addOption(CommandOptions.value(
                        null,
                        "static",
                        "SHAPE" + more,
                        "a draft tree of fixed shape: numbers of children of a level's nodes, best first, separated by "
                                + "'-', levels by '/' (default " + DEFAULT_STATIC + ", EAGLE-1's)"));
    }

    /** The one option --tree. */
    static Options addTreeTo(Options options) {
        return addTreeTo(options, "");
    }

    private static Options addTreeTo(Options options, String more) {
        return options.addOption(CommandOptions.value(
                null, "tree", "N/D/K" + more, "nodes, depth and top-k of a draft tree (default " + DEFAULT_TREE + ")"));
    }

    /**
     * The policies of a mode that we decode in, one a size.
     *
     * @param costs asked for cost-aware trees only
     */
    List<? extends TreePolicy> policies(Mode mode, Supplier<CycleCosts> costs) {
        return switch (mode) {
            case COST_AWARE -> List.of(new CostAwareTree(costs.get()));
            case PLAIN -> List.of(new NoTree());
            case LOOKUP ->
                List.of(new PromptLookup(
                        LOOKUP_NGRAM,
                        chains.stream().mapToInt(Integer::intValue).max().orElseThrow()));
            case CHAIN -> chains.stream().map(Chain::new).toList();
            case TREE -> trees;
            case STATIC -> statics;
            case STOCK, STOCK_CHAIN -> throw new IllegalArgumentException("we don't decode in mode " + mode.label());
        };
    }

    /** The policy of a mode and its first size. */
    TreePolicy policy(Mode mode, Supplier<CycleCosts> costs) {
        return policies(mode, costs).get(0);
    }

    /** The first size of --tree. */
    DynamicTree tree() {
        return trees.get(0);
    }

    private static DynamicTree tree(String text) {
        if (!text.matches("[1-9]\\d{0,3}/[1-9]\\d?/[1-9]\\d?")) {
            throw Values.wrong("tree", "nodes/depth/top-k as in " + DEFAULT_TREE, text);
        }
        int[] sizes = Arrays.stream(text.split("/")).mapToInt(Integer::parseInt).toArray();
        return new DynamicTree(sizes[1], sizes[2], sizes[0]);
    }

    private static StaticTree shape(String text) {
        try {
            return new StaticTree(TreeShape.parse(text));
        } catch (GtoException e) {
            throw new UsageException("option --static: " + e.getMessage());
        }
    }
}
