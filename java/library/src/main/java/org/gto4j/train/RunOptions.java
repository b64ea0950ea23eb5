package org.gto4j.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.gto4j.error.GtoException;
import org.gto4j.tree.DynamicTree;

/**
 * How a run is watched and kept, beside what is trained. Only {@code validation} changes the weights that come out, as
 * the texts held back aren't trained on.
 *
 * @param validation share of the corpus's prompts that is held back, in [0, 0.5], 0 = no validation. By a hash of their
 *     ids, so that a grown corpus holds back the same ones; at least 4 sequences (a quarter of the corpus, if that is
 *     less)
 * @param every share of the budget between two validations, in (0, 1]. 0.1
 * @param texts most held-back texts that are decoded by simulation, at least 1. 12
 * @param tree the tree of that; chains are as long as it is deep. Depth 7, top-k 10, 60 nodes
 * @param patience validations without a better tau of the tree after which training stops, 0 = never
 * @param checkpoints last checkpoints kept, at least 1. 2
 * @param setBy who set each value, e.g. "default" or "command line", by an option's name: kept in the run's
 *     {@code config.json} for its reader; a run is resumed whoever set its values. Empty: nothing is kept
 * @param changed the values that aren't the defaults, as texts, by an option's name: kept beside {@code setBy}
 */
public record RunOptions(
        double validation,
        double every,
        int texts,
        DynamicTree tree,
        int patience,
        int checkpoints,
        Map<String, String> setBy,
        Map<String, String> changed) {
    /** Most of the corpus's prompts that may be held back. */
    public static final double MOST_VALIDATION = 0.5;

    /** Checks the ranges. */
    public RunOptions {
        setBy = Collections.unmodifiableMap(new LinkedHashMap<>(setBy));
        changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
        require(
                validation >= 0 && validation <= MOST_VALIDATION,
                "validation",
                "in [0, " + MOST_VALIDATION + "]",
                validation);
        require(every > 0 && every <= 1, "every", "in (0, 1]", every);
        require(texts >= 1, "texts", ">= 1", texts);
        require(patience >= 0, "patience", ">= 0", patience);
        require(checkpoints >= 1, "checkpoints", ">= 1", checkpoints);
    }

    private static void require(boolean good, String name, String expected, Object found) {
        if (!good) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "run option " + name + ": expected " + expected + ", found " + found);
        }
    }

    /** Whether a validation is due when the budget's used share goes from {@code before} to {@code after}. */
    boolean due(double before, double after) {
        return validation > 0 && (after >= 1 || (long) (after / every) > (long) (before / every));
    }

    /** The same with further options on record: who set them, and which of them aren't the defaults. */
    public RunOptions with(Map<String, String> moreSetBy, Map<String, String> moreChanged) {
        Map<String, String> allSetBy = new LinkedHashMap<>(setBy);
        allSetBy.putAll(Objects.requireNonNull(moreSetBy, "moreSetBy"));
        Map<String, String> allChanged = new LinkedHashMap<>(changed);
        allChanged.putAll(Objects.requireNonNull(moreChanged, "moreChanged"));
        return new RunOptions(validation, every, texts, tree, patience, checkpoints, allSetBy, allChanged);
    }

    /** No validation, two checkpoints. */
    public static RunOptions none() {
        return builder().build();
    }

    /** A builder with the defaults above and without validation. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds {@link RunOptions}. */
    public static final class Builder {
        private double validation;
        private double every = 0.1;
        private int texts = 12;
        private DynamicTree tree = DynamicTree.eagle2();
        private int patience;
        private int checkpoints = 2;
        private Map<String, String> setBy = Map.of();
        private Map<String, String> changed = Map.of();

        private Builder() {}

        /** Share of the corpus that is held back, 0 = no validation. */
        public Builder validation(double share) {
            validation = share;
            return this;
        }

        /** Share of the budget between two validations. */
        public Builder every(double share) {
            every = share;
            return this;
        }

        /**
         * Simulated decoding.
         *
         * @param most texts
         * @param policy the tree
         */
        public Builder simulation(int most, DynamicTree policy) {
            texts = most;
            tree = policy;
            return this;
        }

        /** Validations without gain after which training stops, 0 = never. */
        public Builder patience(int validations) {
            patience = validations;
            return this;
        }

        /** Last checkpoints kept. */
        public Builder checkpoints(int count) {
            checkpoints = count;
            return this;
        }

        /** Who set each value, by an option's name. */
        public Builder setBy(Map<String, String> sources) {
            setBy = sources;
            return this;
        }

        /** The values that aren't the defaults, by an option's name. */
        public Builder changed(Map<String, String> values) {
            changed = values;
            return this;
        }

        /** The options; a {@link GtoException} of kind ARGUMENT names a value out of range. */
        public RunOptions build() {
            return new RunOptions(validation, every, texts, tree, patience, checkpoints, setBy, changed);
        }
    }
}
