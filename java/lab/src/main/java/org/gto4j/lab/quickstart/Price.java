package org.gto4j.lab.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.io.JsonFile;
import org.gto4j.tree.CycleCosts;

/**
 * What a cycle with one drafted token takes, in cycles of plain decoding.
 *
 * @param drafting of the draft
 * @param checking of the model's pass over that token and its own
 */
record Price(double drafting, double checking) {
    static Price of(CycleCosts costs) {
        return new Price(
                (costs.follow().at(1) + costs.roots()) / costs.plain(),
                costs.verification().at(2) / costs.plain());
    }

    /** The reverse of {@link #toJson}; FORMAT: names a field that isn't as it should be. */
    static Price of(JsonFile json) {
        return new Price(json.number("drafting", 0), json.number("checking", 0));
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("drafting", drafting).put("checking", checking);
    }
}
