package org.gto4j.lab.simulation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.common.FiniteNumber;
import org.gto4j.statistics.Interval;

/**
 * A fixed tree in a {@link TreeGrid}.
 *
 * @param depth levels
 * @param nodes most nodes
 * @param topK children a node and nodes expanded a level; 1 = a chain
 * @param tau tokens per cycle, the target's own included
 * @param interval its 95% bootstrap interval over texts
 * @param speedup predicted tokens a second over those of plain decoding
 */
public record GridCell(int depth, int nodes, int topK, double tau, Interval interval, double speedup) {
    /** As options name it: "tree 8/3/8" or "chain 3". */
    public String name() {
        return topK == 1 ? "chain " + depth : "tree " + nodes + "/" + depth + "/" + topK;
    }

    /** One field a component; tau_ci95 is [lo, hi]. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("depth", depth)
                .put("nodes", nodes)
                .put("top_k", topK)
                .put("tau", FiniteNumber.orNull(tau));
        json.putArray("tau_ci95").add(FiniteNumber.orNull(interval.low())).add(FiniteNumber.orNull(interval.high()));
        return json.put("predicted_speedup", FiniteNumber.orNull(speedup));
    }
}
