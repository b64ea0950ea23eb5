package org.gto4j.lab.cli;

import java.util.Optional;
import org.gto4j.model.ContextVocabulary;

/** Which tokens of the text a draft may propose, too: an offset, and with one a bigram bonus. */
final class ContextVocabularyParameters {
    private final Parameter<Double> offset;
    private final Parameter<Double> bigramBonus;

    /**
     * @param help of the offset, behind what it does
     * @param otherwise what the draft has without it
     */
    ContextVocabularyParameters(ParameterGroup group, String help, String otherwise) {
        offset = Parameter.of(
                        group,
                        "context-vocab",
                        "X",
                        Numbers.any(),
                        "the draft may also propose tokens of the text so far that its vocabulary lacks, by the target's "
                                + "head rows and with logits that are less by X" + help)
                .orElseSay(otherwise);
        bigramBonus = Parameter.of(
                        group,
                        "context-bigram",
                        "X",
                        Numbers.any(),
                        "with --context-vocab: the logits of such tokens are greater by X where they followed the same "
                                + "token in the text before, e.g. 5 with --context-vocab 3")
                .orElse(0.0);
    }

    Parameter<Double> offset() {
        return offset;
    }

    Parameters all() {
        return Parameters.of(offset, bigramBonus);
    }

    /** What was given; a bonus without an offset is an error. */
    Optional<ContextVocabulary> of(ParameterValues values) {
        if (values.has(bigramBonus) && !values.has(offset)) {
            throw ParameterValues.wrong(bigramBonus, "it with --context-vocab", "it without");
        }
        return values.find(offset)
                .map(given -> new ContextVocabulary(
                        given.floatValue(), values.get(bigramBonus).floatValue()));
    }
}
