package org.gto4j.lab.experiment;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gto4j.error.GtoException;
import org.gto4j.gto.TreeObjective;
import org.gto4j.model.DraftConfig;
import org.gto4j.train.TrainingOptions;
import org.jspecify.annotations.Nullable;

/**
 * One way of training that is compared with others.
 *
 * @param name letters, digits, '.', '_' and '-'; also its folder's
 * @param phase 1 or 2; 0 = the draft to start from is measured as it is
 * @param from the draft to start from; null = a new one (phase 1 only)
 * @param options of the training
 * @param objective of phase 2; phase 1 doesn't look at it
 * @param vocabulary tokens that a new draft can propose, at least 1
 * @param init where a new draft's weights come from
 * @param setBy who set each of the arm's options, by name; kept in its run's {@code config.json}
 * @param changed those that aren't the defaults, as texts, by name; kept there, too
 */
public record Arm(
        String name,
        int phase,
        @Nullable Path from,
        TrainingOptions options,
        TreeObjective objective,
        int vocabulary,
        DraftConfig.Init init,
        Map<String, String> setBy,
        Map<String, String> changed) {
    /** Checks that they fit together, and copies the maps. */
    public Arm {
        setBy = Collections.unmodifiableMap(new LinkedHashMap<>(setBy));
        changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
        require(name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*"), "name", "letters, digits, '.', '_' and '-'", name);
        require(phase >= 0 && phase <= 2, "phase", "0, 1 or 2", phase);
        require(phase == 1 || from != null, "from", "the draft that phase " + phase + " starts from", "nothing");
        if (phase == 2) {
            objective.require(options);
        }
    }

    private static void require(boolean good, String field, String expected, Object found) {
        if (!good) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT, "field " + field + ": expected " + expected + ", found " + found);
        }
    }
}
