package org.gto4j.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.Gto4j;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;

/**
 * What a run computes with, in {@code config.json}. It may change between the parts of a run, but then the run isn't
 * the unbroken one bit for bit.
 */
final class RunEnvironment {
    private static final List<String> COMPUTING = List.of("gto4j", "llama_cpp", "device");

    private RunEnvironment() {}

    static ObjectNode of(TargetModel target) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("target", target.path().getFileName().toString())
                .put("gto4j", Gto4j.version())
                .put("llama_cpp", Gto4j.llamaVersion())
                .put("device", device(target))
                .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"))
                .put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    }

    private static String device(TargetModel target) {
        TargetOptions options = target.options();
        return target.device().kind()
                + (target.loading().fallback() == null ? "" : ", target by ggml's CPU backend")
                + (options.computing().isEmpty() ? "" : ", " + options.computing());
    }

    /** What is computed with something else than before, as "name: was x, is y". */
    static List<String> changes(JsonNode before, JsonNode now) {
        List<String> changes = new ArrayList<>();
        for (String name : COMPUTING) {
            if (before.has(name) && !before.get(name).equals(now.get(name))) {
                changes.add(name + ": was " + before.get(name) + ", is " + now.get(name));
            }
        }
        return changes;
    }
}
