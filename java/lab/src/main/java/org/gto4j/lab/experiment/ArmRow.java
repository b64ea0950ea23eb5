package org.gto4j.lab.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.gto4j.error.GtoException;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Estimate;

/**
 * An arm in the table: its draft's tau, and how much more or less that is than the control's on the same texts.
 *
 * @param arm its name
 * @param control whether it is the control itself
 * @param steps optimizer steps
 * @param tokens response tokens trained on
 * @param seconds of training
 * @param tree tau with trees
 * @param treeGain tau with trees less the control's, paired by text
 * @param chain tau with chains
 * @param chainGain tau with chains less the control's, paired by text
 */
public record ArmRow(
        String arm,
        boolean control,
        long steps,
        long tokens,
        double seconds,
        Estimate tree,
        Estimate treeGain,
        Estimate chain,
        Estimate chainGain) {
    /**
     * Compares arms that were measured on the same texts.
     *
     * @param control the name of one of them
     */
    public static List<ArmRow> of(List<ArmResult> results, String control, Bootstrap bootstrap) {
        ArmResult base = results.stream()
                .filter(result -> result.arm().name().equals(control))
                .findFirst()
                .orElseThrow(() -> new GtoException(
                        GtoException.Kind.ARGUMENT, "control: expected one of the arms, found '" + control + "'"));
        return results.stream()
                .map(result -> new ArmRow(
                        result.arm().name(),
                        result.equals(base),
                        result.training().steps(),
                        result.training().tokens(),
                        result.training().seconds(),
                        tau(result, TextGain::treeTokens, TextGain::treeCycles, bootstrap),
                        gain(result, base, TextGain::treeTokens, TextGain::treeCycles, bootstrap),
                        tau(result, TextGain::chainTokens, TextGain::chainCycles, bootstrap),
                        gain(result, base, TextGain::chainTokens, TextGain::chainCycles, bootstrap)))
                .toList();
    }

    private static Estimate tau(
            ArmResult result,
            ToDoubleFunction<TextGain> tokens,
            ToDoubleFunction<TextGain> cycles,
            Bootstrap bootstrap) {
        return Estimate.ratio(values(result, tokens), values(result, cycles), bootstrap);
    }

    private static Estimate gain(
            ArmResult result,
            ArmResult base,
            ToDoubleFunction<TextGain> tokens,
            ToDoubleFunction<TextGain> cycles,
            Bootstrap bootstrap) {
        return Estimate.difference(
                values(result, tokens), values(result, cycles), values(base, tokens), values(base, cycles), bootstrap);
    }

    private static double[] values(ArmResult result, ToDoubleFunction<TextGain> value) {
        return result.gains().stream().mapToDouble(value).toArray();
    }

    /**
     * Fields arm, control, steps, tokens, seconds, tau_tree, gain_tree, tau_chain, gain_chain; the last four as
     * {@link Estimate#toJson}.
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("arm", arm)
                .put("control", control)
                .put("steps", steps)
                .put("tokens", tokens)
                .put("seconds", seconds);
        json.set("tau_tree", tree.toJson());
        json.set("gain_tree", treeGain.toJson());
        json.set("tau_chain", chain.toJson());
        json.set("gain_chain", chainGain.toJson());
        return json;
    }
}
