package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.gto4j.io.JsonFile;
import org.gto4j.model.RopeScaling;

/** Rotary positions in config.json, as transformers writes them. */
final class RopeFields {
    private static final String THETA = "rope_theta";
    private static final String SCALING = "rope_scaling";
    /** Of transformers since version 5: both in one. */
    private static final String PARAMETERS = "rope_parameters";

    private static final String TYPE = "rope_type";
    private static final String OLD_TYPE = "type";
    private static final String FACTOR = "factor";
    private static final String CONTEXT = "original_max_position_embeddings";
    private static final String LOW = "low_freq_factor";
    private static final String HIGH = "high_freq_factor";
    private static final String FAST = "beta_fast";
    private static final String SLOW = "beta_slow";
    private static final String ATTENTION = "attention_factor";
    private static final float DEFAULT_THETA = 10_000;
    private static final String POSITIVE = "a positive number of 32 bits";
    private static final Set<String> KNOWN =
            Set.of(TYPE, OLD_TYPE, THETA, FACTOR, CONTEXT, LOW, HIGH, FAST, SLOW, ATTENTION, "truncate");

    private RopeFields() {}

    /** The base. */
    static float theta(JsonFile layer) {
        float theta = CheckpointJson.has(layer, THETA) ? number(layer, THETA) : DEFAULT_THETA;
        if (CheckpointJson.has(layer, PARAMETERS)) {
            JsonFile parameters = layer.object(PARAMETERS);
            if (CheckpointJson.has(parameters, THETA)) {
                float other = number(parameters, THETA);
                if (CheckpointJson.has(layer, THETA) && other != theta) {
                    throw parameters.wrong(THETA, theta + ", as field " + THETA + " says");
                }
                theta = other;
            }
        }
        return theta;
    }

    /** How positions are scaled. */
    static RopeScaling scaling(JsonFile layer) {
        boolean isNew = CheckpointJson.has(layer, PARAMETERS);
        if (isNew && CheckpointJson.has(layer, SCALING)) {
            if (!layer.json().get(SCALING).equals(layer.json().get(PARAMETERS))) {
                throw layer.wrong(SCALING, "what field " + PARAMETERS + " says");
            }
        }
        if (!isNew && !CheckpointJson.has(layer, SCALING)) {
            return RopeScaling.plain();
        }
        JsonFile fields = layer.object(isNew ? PARAMETERS : SCALING);
        return scaling(layer, fields, type(fields));
    }

    private static String type(JsonFile fields) {
        if (CheckpointJson.has(fields, TYPE)) {
            return fields.text(TYPE);
        }
        return CheckpointJson.has(fields, OLD_TYPE) ? fields.text(OLD_TYPE) : "default";
    }

    private static RopeScaling scaling(JsonFile layer, JsonFile fields, String type) {
        switch (type) {
            case "default" -> {
                return RopeScaling.plain();
            }
            case "linear", "yarn", "llama3" -> requireKnown(fields);
            default ->
                throw fields.wrong(
                        CheckpointJson.has(fields, TYPE) ? TYPE : OLD_TYPE, "default, linear, yarn or llama3");
        }
        float factor = number(fields, FACTOR);
        if (type.equals("linear")) {
            return RopeScaling.linear(factor);
        }
        int context = CheckpointJson.has(fields, CONTEXT) || type.equals("llama3")
                ? fields.whole(CONTEXT, 1)
                : layer.whole("max_position_embeddings", 1);
        if (type.equals("llama3")) {
            float low = number(fields, LOW);
            float high = number(fields, HIGH);
            if (high <= low) {
                throw fields.wrong(HIGH, "more than " + LOW + ", which is " + low);
            }
            return RopeScaling.llama3(factor, low, high, context);
        }
        if (CheckpointJson.has(fields, "truncate") && !fields.truth("truncate")) {
            throw fields.wrong("truncate", "true");
        }
        double own = usualAttention(factor);
        if (own <= 0) {
            throw fields.wrong(FACTOR, "one that YaRN's attention stays positive with");
        }
        float attention = CheckpointJson.has(fields, ATTENTION) ? (float) (number(fields, ATTENTION) / own) : 1;
        if (!isPositive(attention)) {
            throw fields.wrong(ATTENTION, POSITIVE);
        }
        return RopeScaling.yarn(
                factor,
                attention,
                CheckpointJson.has(fields, FAST) ? number(fields, FAST) : RopeScaling.BETA_FAST,
                CheckpointJson.has(fields, SLOW) ? number(fields, SLOW) : RopeScaling.BETA_SLOW,
                context);
    }

    private static void requireKnown(JsonFile fields) {
        fields.json().fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name) && CheckpointJson.has(fields, name)) {
                throw fields.wrong(name, "nothing: it isn't supported");
            }
        });
    }

    private static double usualAttention(double factor) {
        return 1 + 0.1 * Math.log(factor);
    }

    private static float number(JsonFile fields, String field) {
        float value = (float) fields.number(field, 0);
        if (!isPositive(value)) {
            throw fields.wrong(field, POSITIVE);
        }
        return value;
    }

    private static boolean isPositive(float value) {
        return value > 0 && Float.isFinite(value);
    }

    /** Fields that {@link #theta} and {@link #scaling} read, in the form that all versions of transformers read. */
    static void write(ObjectNode layer, float theta, RopeScaling scaling) {
        layer.put(THETA, theta);
        if (scaling.kind() == RopeScaling.Kind.PLAIN) {
            layer.putNull(SCALING);
            return;
        }
        ObjectNode fields = layer.putObject(SCALING);
        fields.put(TYPE, scaling.kind().name().toLowerCase(java.util.Locale.ROOT));
        fields.put(FACTOR, scaling.factor());
        switch (scaling.kind()) {
            case YARN -> {
                fields.put(CONTEXT, scaling.originalContext());
                fields.put(FAST, scaling.betaFast());
                fields.put(SLOW, scaling.betaSlow());
                if (scaling.attentionFactor() != 1) {
                    fields.put(ATTENTION, scaling.attentionFactor() * usualAttention(scaling.factor()));
                }
            }
            case LLAMA3 -> {
                fields.put(CONTEXT, scaling.originalContext());
                fields.put(LOW, scaling.lowFrequencyFactor());
                fields.put(HIGH, scaling.highFrequencyFactor());
            }
            default -> {}
        }
    }
}
