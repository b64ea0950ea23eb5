package org.gto4j.lab.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.gto4j.io.JsonFile;
import org.gto4j.simulation.SimulatedText;

/**
 * A held-back text decoded by simulation, or a prompt decoded for real, with trees and with chains.
 *
 * @param set what it is one of: a corpus or a file of prompts
 * @param id of the text
 * @param treeTokens gained by trees, the target's own included
 * @param treeCycles that it took
 * @param chainTokens gained by chains
 * @param chainCycles that it took
 */
public record TextGain(String set, String id, int treeTokens, int treeCycles, int chainTokens, int chainCycles) {
    static TextGain of(String set, SimulatedText tree, SimulatedText chain) {
        return new TextGain(set, tree.id(), tree.tokens(), tree.cycles(), chain.tokens(), chain.cycles());
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", id)
                .put("tree_tokens", treeTokens)
                .put("tree_cycles", treeCycles)
                .put("chain_tokens", chainTokens)
                .put("chain_cycles", chainCycles);
    }

    static TextGain of(String set, JsonFile json) {
        return new TextGain(
                set,
                json.text("id"),
                json.whole("tree_tokens", 0),
                json.whole("tree_cycles", 0),
                json.whole("chain_tokens", 0),
                json.whole("chain_cycles", 0));
    }
}
