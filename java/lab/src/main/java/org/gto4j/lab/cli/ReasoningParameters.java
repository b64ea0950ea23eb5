package org.gto4j.lab.cli;

import org.gto4j.data.Reasoning;

/** The parameters on a thinking model's reasoning. */
final class ReasoningParameters {
    private static final Reasoning TAGS = Reasoning.keep();

    static final Parameter<Kind> REASONING = Parameter.of(
                    ParameterGroup.TEXTS,
                    "reasoning",
                    "WHAT",
                    ValueType.choice(Kind.class),
                    "keep: train reasoning like all text, as decoding must draft it, too; drop: don't")
            .orElse(Kind.KEEP);
    static final Parameter<String> TAGS_AROUND = Parameter.of(
                    ParameterGroup.TEXTS,
                    "reasoning-tags",
                    "OPEN,CLOSE",
                    ValueType.of("", ReasoningParameters::tags),
                    "what stands around reasoning")
            .orElse(TAGS.open() + "," + TAGS.close());

    static final Parameters ALL = Parameters.of(REASONING, TAGS_AROUND);

    /** What --reasoning takes. */
    enum Kind {
        KEEP,
        DROP
    }

    private ReasoningParameters() {}

    private static String tags(String text, ValueType.Place place) {
        String[] tags = text.split(",", -1);
        if (tags.length != 2 || tags[0].isBlank() || tags[1].isBlank()) {
            throw place.wrong("two tags with a comma between them", text);
        }
        return tags[0].strip() + "," + tags[1].strip();
    }

    static Reasoning of(ParameterValues values) {
        String[] tags = values.get(TAGS_AROUND).split(",", 2);
        return new Reasoning(values.get(REASONING) == Kind.KEEP, tags[0], tags[1]);
    }
}
