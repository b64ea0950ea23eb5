package org.gto4j.checkpoint;

import java.util.Objects;
import org.gto4j.common.Arguments;
import org.gto4j.model.DraftFileType;
import org.jspecify.annotations.Nullable;

/**
 * What a folder is written for.
 *
 * @param format who loads it
 * @param type of the matrices; norms and biases are F32
 * @param verifier name or path of the target in the form that the loader reads, e.g.
 *     "meta-llama/Llama-3.1-8B-Instruct", which vLLM takes from the folder; null: it must be told otherwise
 * @param speculativeTokens tokens that vLLM proposes at once unless told otherwise
 */
public record ExportOptions(
        CheckpointFormat format,
        DraftFileType type,
        @Nullable String verifier,
        int speculativeTokens) {
    /** Checks values. */
    public ExportOptions {
        Objects.requireNonNull(format, "format");
        Objects.requireNonNull(type, "type");
        Arguments.atLeast("speculativeTokens", speculativeTokens, 1);
        if (verifier != null) {
            Arguments.whole("verifier", verifier);
        }
    }

    /** A builder: BF16, no verifier, three tokens. */
    public static Builder builder(CheckpointFormat format) {
        return new Builder(format);
    }

    /** Builds {@link ExportOptions}. */
    public static final class Builder {
        private final CheckpointFormat format;
        private DraftFileType type = DraftFileType.BF16;
        private @Nullable String verifier;
        private int speculativeTokens = 3;

        private Builder(CheckpointFormat format) {
            this.format = format;
        }

        /** Type of the matrices. */
        public Builder type(DraftFileType value) {
            type = value;
            return this;
        }

        /** Name or path of the target. */
        public Builder verifier(@Nullable String value) {
            verifier = value;
            return this;
        }

        /** Tokens proposed at once. */
        public Builder speculativeTokens(int value) {
            speculativeTokens = value;
            return this;
        }

        /** The options; a {@link org.gto4j.error.GtoException} of kind ARGUMENT names what is wrong. */
        public ExportOptions build() {
            return new ExportOptions(format, type, verifier, speculativeTokens);
        }
    }
}
