package org.gto4j.lab.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.gto4j.lab.eval.Mode;
import org.gto4j.tree.Chain;
import org.gto4j.tree.CostAwareTree;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.gto4j.tree.PromptLookup;
import org.gto4j.tree.ScoredTree;
import org.gto4j.tree.StaticTree;
import org.gto4j.tree.TreePolicy;
import org.gto4j.tree.TreeShape;

/** How large drafts are: --tree, --chain and --static, each with several sizes where ways of decoding are compared. */
final class TreeSizes {
    private static final int LOOKUP_NGRAM = 3;
    /** Each token of a chain is a step of the draft that waits for the one before. */
    private static final int MOST_CHAIN = 256;

    private static final int DEFAULT_CHAIN = 7;

    static final Parameter<DynamicTree> TREE = Parameter.of(
                    ParameterGroup.DECODING,
                    "tree",
                    "N/D/K",
                    one(ValueType.of("", TreeSizes::tree, TreeSizes::text)),
                    "nodes, depth and top-k of a draft tree")
            .orElse(DynamicTree.eagle2());
    static final Parameter<Integer> CHAIN = Parameter.of(
                    ParameterGroup.DECODING,
                    "chain",
                    "N",
                    one(WholeNumbers.between(1, MOST_CHAIN)),
                    "tokens of a draft chain or of a lookup")
            .orElse(DEFAULT_CHAIN);
    static final Parameter<StaticTree> STATIC = Parameter.of(
                    ParameterGroup.DECODING,
                    "static",
                    "SHAPE",
                    one(ValueType.of("", TreeSizes::shape)),
                    "a draft tree of fixed shape: numbers of children of a level's nodes, best first, separated by '-', "
                            + "levels by '/'")
            .orElse(new StaticTree(TreeShape.eagle1()), TreeShape.eagle1() + ", EAGLE-1's");

    static final Parameter<List<DynamicTree>> TREES = Parameter.of(
                    TREE.group(),
                    TREE.name(),
                    "N/D/K,...",
                    ValueType.list(ValueType.of("", TreeSizes::tree, TreeSizes::text)),
                    TREE.help())
            .orElse(List.of(DynamicTree.eagle2()));
    static final Parameter<List<Integer>> CHAINS = Parameter.of(
                    CHAIN.group(),
                    CHAIN.name(),
                    "N,...",
                    ValueType.list(WholeNumbers.between(1, MOST_CHAIN)),
                    "tokens of a draft chain or, the largest of them, of a lookup")
            .orElse(List.of(DEFAULT_CHAIN));
    static final Parameter<List<StaticTree>> STATICS = Parameter.of(
                    STATIC.group(),
                    STATIC.name(),
                    "SHAPE,...",
                    ValueType.list(ValueType.of("", TreeSizes::shape)),
                    STATIC.help())
            .orElse(
                    List.of(new StaticTree(TreeShape.eagle1())),
                    STATIC.otherwise().text());

    /** With {@link #SINGLE}: trees have drawn children. */
    static final Parameter<Double> DRAWN_CHILD = Parameter.of(
            ParameterGroup.DECODING,
            "drawn-child",
            "T",
            Numbers.atLeast(DrawnChild.LEAST_TEMPERATURE),
            "at a temperature above 0, draw the last child of each draft node at random, from the draft's distribution "
                    + "at temperature T over the tokens that aren't among its best children; the text stays a draw "
                    + "from the target's distribution");
    /** With {@link #LISTS}: the same trees are compared with drawn children, too. */
    static final Parameter<List<Double>> DRAWN_CHILDREN = Parameter.of(
            DRAWN_CHILD.group(),
            DRAWN_CHILD.name(),
            "T,...",
            ValueType.list(DRAWN_CHILD.type()),
            "decode in each way with a draft a second time: " + DRAWN_CHILD.help());

    /** Where ways are compared, cost-aware and dynamic trees are decoded with it and without it. */
    static final Parameter<Boolean> LOOKUP_BRANCH = Parameter.flag(
            ParameterGroup.DECODING,
            "lookup-branch",
            "dynamic trees have a branch that copies what followed the text's last tokens where they stood before, as "
                    + "cost-aware trees always have; commands that compare decode both with it and without it");

    /** Where ways are compared, ways with a draft are decoded with it and without it. */
    static final Parameter<Boolean> NODE_SCORER = Parameter.flag(
            ParameterGroup.DECODING,
            "node-scorer",
            "a draft's nodes are scored by the draft and by the text: tokens that stood behind the same tokens before "
                    + "count more; commands that compare decode in each way with a draft with it and without it");

    /** One size of each. */
    static final Parameters SINGLE = Parameters.of(TREE, CHAIN, STATIC);

    /** Lists of sizes. */
    static final Parameters LISTS = Parameters.of(TREES, CHAINS, STATICS);

    private final List<DynamicTree> trees;
    private final List<Integer> chains;
    private final List<StaticTree> statics;
    private final boolean undrawn;
    private final List<DrawnChild> drawn;
    private final Which lookup;
    private final Which scorer;

    /** Which trees are wanted where trees may have something more. */
    private enum Which {
        USUAL,
        MORE,
        BOTH;

        /** @param asked whether an option asks for more */
        static Which of(boolean asked, Which wanted) {
            return asked ? wanted : USUAL;
        }

        <T> Stream<T> among(T usual, T more) {
            return switch (this) {
                case USUAL -> Stream.of(usual);
                case MORE -> Stream.of(more);
                case BOTH -> Stream.of(usual, more);
            };
        }
    }

    /**
     * @param undrawn whether trees without drawn children are wanted
     * @param drawn temperatures of those with drawn children
     * @param lookup trees with lookup branches
     * @param scorer trees whose nodes are scored by the text, too
     */
    private TreeSizes(
            List<DynamicTree> trees,
            List<Integer> chains,
            List<StaticTree> statics,
            boolean undrawn,
            List<Double> drawn,
            Which lookup,
            Which scorer) {
        this.lookup = lookup;
        this.scorer = scorer;
        this.undrawn = undrawn;
        this.drawn = drawn.stream().map(DrawnChild::new).toList();
        this.trees = trees;
        this.chains = chains;
        this.statics = statics;
    }

    /** Of {@link #LISTS}. */
    static TreeSizes lists(ParameterValues values) {
        return new TreeSizes(
                values.get(TREES),
                values.get(CHAINS),
                values.get(STATICS),
                true,
                values.find(DRAWN_CHILDREN).orElse(List.of()),
                Which.of(values.has(LOOKUP_BRANCH), Which.BOTH),
                Which.of(values.has(NODE_SCORER), Which.BOTH));
    }

    /** Of {@link #SINGLE}. */
    static TreeSizes single(ParameterValues values) {
        Optional<Double> drawn = values.find(DRAWN_CHILD);
        return new TreeSizes(
                List.of(values.get(TREE)),
                List.of(values.get(CHAIN)),
                List.of(values.get(STATIC)),
                drawn.isEmpty(),
                drawn.stream().toList(),
                Which.of(values.has(LOOKUP_BRANCH), Which.MORE),
                Which.of(values.has(NODE_SCORER), Which.MORE));
    }

    /** Refuses lists. */
    private static <T> ValueType<T> one(ValueType<T> type) {
        return new ValueType<>() {
            @Override
            public T read(String text, Place place) {
                if (text.contains(",")) {
                    throw place.wrong("one size", text);
                }
                return type.read(text, place);
            }

            @Override
            public String range() {
                return type.range();
            }

            @Override
            public String print(T value) {
                return type.print(value);
            }
        };
    }

    /**
     * The policies of a mode that we decode in, one a size.
     *
     * @param costs asked for cost-aware trees only
     */
    List<? extends TreePolicy> policies(Mode mode, Supplier<CycleCosts> costs) {
        List<? extends TreePolicy> all = undrawn(mode, costs);
        return mode.needsDraft()
                ? Stream.concat(
                                undrawn ? all.stream() : Stream.of(),
                                drawn.stream().flatMap(how -> all.stream().map(policy -> policy.drawing(how))))
                        .toList()
                : all;
    }

    private List<? extends TreePolicy> undrawn(Mode mode, Supplier<CycleCosts> costs) {
        return switch (mode) {
            case COST_AWARE -> costAware(new CostAwareTree(costs.get())).toList();
            case PLAIN -> List.of(new NoTree());
            case LOOKUP ->
                List.of(new PromptLookup(
                        LOOKUP_NGRAM,
                        chains.stream().mapToInt(Integer::intValue).max().orElseThrow()));
            case CHAIN -> chains.stream().map(Chain::new).flatMap(this::scored).toList();
            case TREE -> trees.stream().flatMap(this::dynamic).toList();
            case STATIC -> statics.stream().flatMap(this::scored).toList();
            case STOCK, STOCK_CHAIN -> throw new IllegalArgumentException("we don't decode in mode " + mode.label());
        };
    }

    /** They always have lookup branches, but where they are compared. */
    private Stream<TreePolicy> costAware(CostAwareTree tree) {
        Stream<CostAwareTree> all = lookup == Which.BOTH ? Stream.of(tree.withoutLookup(), tree) : Stream.of(tree);
        return all.flatMap(this::scored);
    }

    private Stream<TreePolicy> dynamic(DynamicTree tree) {
        return lookup.among(tree, tree.withLookup()).flatMap(this::scored);
    }

    private Stream<TreePolicy> scored(TreePolicy policy) {
        return scorer.among(policy, ScoredTree.of(policy));
    }

    /** The policy of a mode and its first size. */
    TreePolicy policy(Mode mode, Supplier<CycleCosts> costs) {
        return policies(mode, costs).get(0);
    }

    /** The first size of --tree. */
    DynamicTree tree() {
        return trees.get(0);
    }

    private static String text(DynamicTree tree) {
        return tree.nodes() + "/" + tree.depth() + "/" + tree.topK();
    }

    private static DynamicTree tree(String text, ValueType.Place place) {
        if (!text.matches("[1-9]\\d{0,3}/[1-9]\\d?/[1-9]\\d?")) {
            throw place.wrong("nodes/depth/top-k as in " + text(DynamicTree.eagle2()), text);
        }
        int[] sizes = Arrays.stream(text.split("/")).mapToInt(Integer::parseInt).toArray();
        return new DynamicTree(sizes[1], sizes[2], sizes[0]);
    }

    private static StaticTree shape(String text, ValueType.Place place) {
        try {
            return new StaticTree(TreeShape.parse(text));
        } catch (GtoException e) {
            throw new UsageException("option --static: " + e.getMessage());
        }
    }
}
