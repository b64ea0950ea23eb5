package org.gto4j.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link TargetModel} is loaded, and what its sessions have unless their {@link SessionOptions} say otherwise.
 *
 * @param gpuLayers of a device that isn't the CPU: how many of the last layers lie in its memory, the output layer
 *     counted as one; -1 = all. The CPU holds and computes the others
 * @param cacheType of keys and values
 * @param flashAttention how attention is computed
 * @param chatTemplate the chat template to use, or null for the GGUF's own
 * @param templateVariables what every conversation's template is given besides, each in JSON by name, e.g.
 *     "enable_thinking"; {@link ChatOptions#variables} of the same names go before them
 */
public record TargetOptions(
        int gpuLayers,
        CacheType cacheType,
        FlashAttention flashAttention,
        @Nullable ChatTemplate chatTemplate,
        Map<String, String> templateVariables) {
    /** The value of {@code gpuLayers} that stands for all. */
    public static final int ALL_LAYERS = -1;

    /** All layers on the device, F16 keys and values, flash attention where it is best. */
    public static final TargetOptions DEFAULT = builder().build();

    /** Checks the ranges, and that variables are JSON (kind ARGUMENT); copies the map. */
    public TargetOptions {
        Arguments.atLeast("gpuLayers", gpuLayers, ALL_LAYERS);
        Objects.requireNonNull(cacheType, "cacheType");
        Objects.requireNonNull(flashAttention, "flashAttention");
        templateVariables = ChatJson.variables(templateVariables);
    }

    /** With the GGUF's own chat template. */
    public TargetOptions(int gpuLayers, CacheType cacheType, FlashAttention flashAttention) {
        this(gpuLayers, cacheType, flashAttention, null, Map.of());
    }

    /** What of it matters for computing, in words; empty where all is as by default. */
    public String computing() {
        return gpuLayers == DEFAULT.gpuLayers
                        && cacheType == DEFAULT.cacheType
                        && flashAttention == DEFAULT.flashAttention
                ? ""
                : "TargetOptions[gpuLayers=" + gpuLayers + ", cacheType=" + cacheType + ", flashAttention="
                        + flashAttention + "]";
    }

    /** A builder with the values of {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link TargetOptions}. */
    public static final class Builder {
        private int gpuLayers = ALL_LAYERS;
        private CacheType cacheType = CacheType.F16;
        private FlashAttention flashAttention = FlashAttention.AUTO;
        private @Nullable ChatTemplate chatTemplate;
        private final Map<String, String> templateVariables = new LinkedHashMap<>();

        private Builder() {}

        /** How many of the last layers lie in a GPU's memory, at least 0, or -1 for all. */
        public Builder gpuLayers(int layers) {
            gpuLayers = layers;
            return this;
        }

        /** The type of keys and values. */
        public Builder cacheType(CacheType type) {
            cacheType = type;
            return this;
        }

        /** How attention is computed. */
        public Builder flashAttention(FlashAttention how) {
            flashAttention = how;
            return this;
        }

        /** The chat template to use, or null for the GGUF's own. */
        public Builder chatTemplate(@Nullable ChatTemplate template) {
            chatTemplate = template;
            return this;
        }

        /** A variable that every conversation's template is given, in JSON. */
        public Builder templateVariable(String name, String json) {
            templateVariables.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(json, "json"));
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range, or what isn't JSON. */
        public TargetOptions build() {
            return new TargetOptions(gpuLayers, cacheType, flashAttention, chatTemplate, templateVariables);
        }
    }
}
