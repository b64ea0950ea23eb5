package org.gto4j.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Changes a value somewhere in a JSON tree. */
final class JsonMutation {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonMutation() {}

    static void change(FuzzRandom random, JsonNode root) {
        List<JsonNode> containers = new ArrayList<>();
        collect(root, containers);
        if (containers.isEmpty()) {
            return;
        }
        JsonNode container = random.of(containers);
        if (container instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            change(random, object, random.of(names));
        } else if (container instanceof ArrayNode array) {
            change(random, array, random.below(array.size()));
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode() && !node.isEmpty()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static void change(FuzzRandom random, ObjectNode object, String name) {
        switch (random.below(5)) {
            case 0 -> object.remove(name);
            case 1 ->
                object.set(random.of(name + "x", "id", "text", "content", "", random.text()), object.remove(name));
            default -> object.set(name, value(random, object.get(name)));
        }
    }

    private static void change(FuzzRandom random, ArrayNode array, int at) {
        switch (random.below(6)) {
            case 0 -> array.remove(at);
            case 1 -> array.insert(at, array.get(at).deepCopy());
            case 2 -> array.removeAll();
            default -> array.set(at, value(random, array.get(at)));
        }
    }

    private static JsonNode value(FuzzRandom random, JsonNode old) {
        return switch (random.below(12)) {
            case 0 -> NODES.nullNode();
            case 1 -> NODES.booleanNode(random.oneIn(2));
            case 2 -> NODES.textNode(random.text());
            case 3 -> NODES.objectNode();
            case 4 -> NODES.arrayNode();
            case 5 -> NODES.numberNode(random.number());
            case 6 -> NODES.numberNode(random.anyLong());
            case 7 -> NODES.numberNode(new BigInteger("9".repeat(random.between(1, 60))).negate());
            case 8 -> NODES.arrayNode().add(old.deepCopy());
            case 9 ->
                old.isIntegralNumber()
                        ? NODES.numberNode(old.asLong() + random.of(1, -1))
                        : NODES.textNode(old.asText());
            default -> NODES.numberNode(random.integer());
        };
    }
}
