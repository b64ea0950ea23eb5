package org.gto4j.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.Generation;

/**
 * What one generation gave: one prompt decoded in one way.
 *
 * @param draft       label of the draft, "none" for plain decoding
 * @param mode        how it was decoded
 * @param temperature of the sampler
 * @param dataset     name of the prompt's dataset
 * @param prompt      the prompt's id
 * @param cycles      verification cycles
 * @param gained      tokens gained in them, the target's own included
 * @param tokens      tokens after the first one: those that decoding time was spent on
 * @param seconds     decoding time, s
 */
public record Measurement(String draft, Mode mode, double temperature, String dataset, String prompt, int cycles, int gained, int tokens,
                          double seconds) {
    static Measurement of(Variant variant, double temperature, String dataset, String prompt, Generation.Statistics statistics) {
        int gained = statistics.cycles();
        for (int accepted : statistics.acceptedPerCycle()) {
            gained += accepted;
        }
        return new Measurement(variant.label(), variant.mode(), temperature, dataset, prompt, statistics.cycles(), gained,
            Math.max(0, statistics.tokens() - 1), statistics.decodeNanos() * 1e-9);
    }

    /** One JSON object with a field a component. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode().put("draft", draft).put("mode", mode.label()).put("temperature", temperature)
            .put("dataset", dataset).put("prompt", prompt).put("cycles", cycles).put("gained", gained).put("tokens", tokens)
            .put("seconds", seconds);
    }

    /** The reverse of {@link #toJson()}. */
    public static Measurement of(JsonNode json) {
        return new Measurement(json.path("draft").asText(), Mode.of(json.path("mode").asText()), json.path("temperature").asDouble(),
            json.path("dataset").asText(), json.path("prompt").asText(), json.path("cycles").asInt(), json.path("gained").asInt(),
            json.path("tokens").asInt(), json.path("seconds").asDouble());
    }
}
