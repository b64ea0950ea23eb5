package org.gto4j.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An option of a run that isn't the default.
 *
 * @param name without dashes
 * @param value as it is typed
 * @param setBy e.g. "command line"
 */
public record ChangedOption(String name, String value, String setBy) {
    /** The field of a run's file that says who set each option. */
    public static final String SET_BY = "set_by";

    /** The field with the values that aren't the defaults. */
    public static final String CHANGED = "changed";

    private static final String DEFAULT = "default";
    private static final String UNKNOWN = "?";

    /**
     * Those that a run has kept in its {@code config.json} or {@code quickstart.json}. Runs of earlier versions kept
     * who set an option, but not to what.
     *
     * @return empty if the run didn't keep who set its options
     */
    public static Optional<List<ChangedOption>> of(ObjectNode kept) {
        if (!(kept.path(SET_BY) instanceof ObjectNode setBy)) {
            return Optional.empty();
        }
        JsonNode changed = kept.path(CHANGED);
        return Optional.of(setBy.properties().stream()
                .filter(option -> changed.isObject()
                        ? changed.has(option.getKey())
                        : !option.getValue().asText().equals(DEFAULT))
                .map(option -> new ChangedOption(
                        option.getKey(),
                        changed.path(option.getKey()).asText(UNKNOWN),
                        option.getValue().asText()))
                .toList());
    }

    /** Those of these maps, by an option's name. */
    public static List<ChangedOption> of(Map<String, String> setBy, Map<String, String> changed) {
        return changed.entrySet().stream()
                .map(option -> new ChangedOption(
                        option.getKey(), option.getValue(), setBy.getOrDefault(option.getKey(), UNKNOWN)))
                .toList();
    }

    /** As it is typed, and who did: "--lr 0.001 (command line)". */
    public String line() {
        return "--" + name + " " + value + " (" + setBy + ")";
    }
}
