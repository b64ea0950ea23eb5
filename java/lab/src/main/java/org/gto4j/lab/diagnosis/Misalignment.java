package org.gto4j.lab.diagnosis;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Estimate;

/**
 * How far tree decoding departs from the draft's greedy path: the quantities of arXiv 2509.22134, Fig. 2, and more. All
 * are shares of the tree's own cycles or means over them; lists have an entry a depth, entry d - 1 for depth d.
 *
 * @param texts their number
 * @param cycles of all texts
 * @param pruned share whose tree lacks a part of the greedy path (Fig. 2a, prune rate)
 * @param onGreedyPath share that accepted something, all of it on the greedy path (Fig. 2a, accept rate)
 * @param offGreedyPath share whose accepted path leaves the greedy path
 * @param nothing share that accepted no draft token
 * @param lost share whose greedy path would have gone further than the tree
 * @param greedyLength tokens a cycle if the greedy path alone were verified there, the target's own included (Fig. 2b);
 *     not the tau of chain decoding, whose cycles begin elsewhere
 * @param treeLength tokens a cycle of the tree, the target's own included (Fig. 2b): tau
 * @param offeredLength tokens a cycle if all that the draft offered for the trees were verified: what no ranking of the
 *     same offers can exceed
 * @param ends shares of cycles by why their accepted paths ended
 * @param missing share whose tree lacks the greedy path from depth d on
 * @param greedyReached share whose greedy path is taken to depth d at least
 * @param treeReached share whose accepted path has depth d at least
 */
public record Misalignment(
        int texts,
        long cycles,
        Estimate pruned,
        Estimate onGreedyPath,
        Estimate offGreedyPath,
        Estimate nothing,
        Estimate lost,
        Estimate greedyLength,
        Estimate treeLength,
        Estimate offeredLength,
        Map<PathEnd, Estimate> ends,
        List<Estimate> missing,
        List<Estimate> greedyReached,
        List<Estimate> treeReached) {
    /**
     * Sums texts up.
     *
     * @param counts of trees of one depth
     */
    public static Misalignment of(List<PathCounts> counts, Bootstrap bootstrap) {
        Shares shares = new Shares(counts, bootstrap);
        int depth = counts.isEmpty() ? 0 : counts.get(0).missing().length;
        return new Misalignment(
                counts.size(),
                counts.stream().mapToLong(PathCounts::cycles).sum(),
                shares.of(text -> sum(text.missing())),
                shares.of(PathCounts::onGreedyPath),
                shares.of(text -> text.treeReached()[0] - text.onGreedyPath()),
                shares.of(text -> text.cycles() - text.treeReached()[0]),
                shares.of(PathCounts::lost),
                shares.of(text -> text.cycles() + sum(text.greedyReached())),
                shares.of(text -> text.cycles() + sum(text.treeReached())),
                shares.of(text -> text.cycles() + text.offered()),
                shares.ends(),
                shares.byDepth(depth, PathCounts::missing),
                shares.byDepth(depth, PathCounts::greedyReached),
                shares.byDepth(depth, PathCounts::treeReached));
    }

    private static int sum(int[] values) {
        return IntStream.of(values).sum();
    }

    /** Ratios of sums over texts to the number of cycles. */
    private record Shares(List<PathCounts> counts, Bootstrap bootstrap) {
        Estimate of(ToDoubleFunction<PathCounts> value) {
            return Estimate.ratio(
                    counts.stream().mapToDouble(value).toArray(),
                    counts.stream().mapToDouble(PathCounts::cycles).toArray(),
                    bootstrap);
        }

        Map<PathEnd, Estimate> ends() {
            Map<PathEnd, Estimate> ends = new EnumMap<>(PathEnd.class);
            for (PathEnd end : PathEnd.values()) {
                ends.put(end, of(text -> text.ends().getOrDefault(end, 0)));
            }
            return ends;
        }

        List<Estimate> byDepth(int depth, Function<PathCounts, int[]> values) {
            return IntStream.range(0, depth)
                    .mapToObj(d -> of(text -> values.apply(text)[d]))
                    .toList();
        }
    }

    /** One field a component, in snake case; estimates as {@link Estimate#toJson}. */
    public ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("texts", texts).put("cycles", cycles);
        json.set("pruned", pruned.toJson());
        json.set("on_greedy_path", onGreedyPath.toJson());
        json.set("off_greedy_path", offGreedyPath.toJson());
        json.set("nothing", nothing.toJson());
        json.set("lost", lost.toJson());
        json.set("greedy_length", greedyLength.toJson());
        json.set("tree_length", treeLength.toJson());
        json.set("offered_length", offeredLength.toJson());
        ObjectNode reasons = json.putObject("ends");
        ends.forEach((end, share) -> reasons.set(end.label(), share.toJson()));
        fill(json.putArray("missing_from_depth"), missing);
        fill(json.putArray("greedy_reached"), greedyReached);
        fill(json.putArray("tree_reached"), treeReached);
        return json;
    }

    private static void fill(ArrayNode array, List<Estimate> estimates) {
        estimates.forEach(estimate -> array.add(estimate.toJson()));
    }
}
