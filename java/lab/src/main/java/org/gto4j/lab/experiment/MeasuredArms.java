package org.gto4j.lab.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.statistics.Bootstrap;

/**
 * All arms on the same texts.
 *
 * @param texts which, as a title
 * @param count of texts
 * @param rows one an arm
 */
public record MeasuredArms(String texts, int count, List<ArmRow> rows) {
    /**
     * Compares arms on the texts held back: a table for each set, and before them one for all greedy ones and one for
     * all sampled ones, where there are several of a kind.
     *
     * @param control the name of an arm
     */
    public static List<MeasuredArms> onHeldBack(
            List<ArmResult> results, List<HeldBackTexts> sets, String control, Bootstrap bootstrap) {
        List<MeasuredArms> tables = new ArrayList<>();
        for (boolean sampled : new boolean[] {false, true}) {
            List<String> names = sets.stream()
                    .filter(set -> set.sampled() == sampled)
                    .map(HeldBackTexts::name)
                    .toList();
            tables.addAll(bySet(results, names, sampled ? "sampled" : "greedy", control, bootstrap));
        }
        return tables;
    }

    /** Compares arms on decoded prompts: a table for each file of prompts, and one for all if there are several. */
    public static List<MeasuredArms> onPrompts(List<ArmResult> results, String control, Bootstrap bootstrap) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        results.forEach(result -> result.gains().forEach(gain -> names.add(gain.set())));
        return bySet(results, List.copyOf(names), "decoded for real at temperature 0", control, bootstrap);
    }

    private static List<MeasuredArms> bySet(
            List<ArmResult> results, List<String> names, String kind, String control, Bootstrap bootstrap) {
        if (results.isEmpty()) {
            throw new GtoException(GtoException.Kind.ARGUMENT, "results: expected at least one arm, found none");
        }
        List<MeasuredArms> tables = new ArrayList<>();
        if (names.size() > 1) {
            tables.add(on(results, names, "all texts, " + kind, control, bootstrap));
        }
        names.forEach(name -> tables.add(on(results, List.of(name), name + ", " + kind, control, bootstrap)));
        return tables;
    }

    private static MeasuredArms on(
            List<ArmResult> results, Collection<String> sets, String title, String control, Bootstrap bootstrap) {
        List<ArmResult> part = results.stream().map(result -> result.on(sets)).toList();
        return new MeasuredArms(title, part.get(0).gains().size(), ArmRow.of(part, control, bootstrap));
    }

    /** Title and table. */
    public String print() {
        return texts + " (" + count + ")\n" + ExperimentTable.print(rows);
    }

    /** Fields texts, count and arms (see {@link ArmRow#toJson}). */
    public ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("texts", texts).put("count", count);
        ArrayNode arms = json.putArray("arms");
        rows.forEach(row -> arms.add(row.toJson()));
        return json;
    }
}
