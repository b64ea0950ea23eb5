package org.gto4j.lab.eval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.gto4j.common.FiniteNumber;
import org.gto4j.io.JsonFile;
import org.gto4j.io.Sha256;

/**
 * What one generation gave: one prompt decoded in one way.
 *
 * @param method how it was decoded
 * @param temperature of the sampler
 * @param dataset name of the prompt's dataset
 * @param prompt the prompt's id
 * @param cycles verification cycles
 * @param gained tokens gained in them, the target's own included
 * @param tokens tokens after the first one: those that decoding time was spent on
 * @param seconds decoding time, s
 * @param modelSeconds decoding time that measured costs predict for these cycles, s; NaN if there is no prediction
 * @param digest of the text's tokens: the same for the same text
 */
public record Measurement(
        DecodingMethod method,
        double temperature,
        String dataset,
        String prompt,
        int cycles,
        int gained,
        int tokens,
        double seconds,
        double modelSeconds,
        String digest) {
    private static final int DIGEST_LENGTH = 16;

    static Measurement of(DecodingMethod method, double temperature, Question question, Answer answer) {
        return new Measurement(
                method,
                temperature,
                question.dataset(),
                question.id(),
                answer.cycles(),
                answer.gained(),
                Math.max(0, answer.tokens().length - 1),
                answer.seconds(),
                answer.modelSeconds(),
                digest(answer.tokens()));
    }

    private static String digest(int[] tokens) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * tokens.length);
        bytes.asIntBuffer().put(tokens);
        return HexFormat.of().formatHex(Sha256.start().digest(bytes.array())).substring(0, DIGEST_LENGTH);
    }

    /** One JSON object with a field a component, the way's components in its place. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("draft", method.draft())
                .put("mode", method.mode().label())
                .put("policy", method.policy())
                .put("temperature", temperature)
                .put("dataset", dataset)
                .put("prompt", prompt)
                .put("cycles", cycles)
                .put("gained", gained)
                .put("tokens", tokens)
                .put("seconds", seconds)
                .put("model_seconds", FiniteNumber.orNull(modelSeconds))
                .put("digest", digest);
    }

    /** The reverse of {@link #toJson()}; FORMAT: names a field that isn't as it should be. */
    public static Measurement of(JsonNode node) {
        JsonFile json = JsonFile.of("measurement", node);
        return new Measurement(
                new DecodingMethod(json.text("draft"), Mode.of(json.text("mode")), json.text("policy")),
                json.number("temperature", 0),
                json.text("dataset"),
                json.text("prompt"),
                json.whole("cycles", 0),
                json.whole("gained", 0),
                json.whole("tokens", 0),
                json.number("seconds", 0),
                node.path("model_seconds").asDouble(Double.NaN),
                json.text("digest"));
    }
}
