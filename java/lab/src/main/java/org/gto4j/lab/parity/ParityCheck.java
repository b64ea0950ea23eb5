package org.gto4j.lab.parity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.eval.DecodingMethod;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Question;

/**
 * One prompt's text in one way of decoding, against {@link PlainReference}.
 *
 * @param method how it was decoded
 * @param dataset name of the prompt's dataset
 * @param prompt the prompt's id
 * @param tokens tokens of the reference that were compared: all, or those before the first difference
 * @param at position of the first difference in the text, 0-based; -1 if there is none
 * @param expected the reference's token there, {@link PlainReference#END} for an end token; 0 without a difference
 * @param found the other token, likewise
 * @param gap how far the logit of the one is above that of the other in the reference's pass, at least 0; 0 without a
 *     difference, and for a sampled text, which has no near-ties
 * @param moved how far the target's own passes of several rows move that gap ({@link PlainReference#moved}), 0 where
 *     nobody looked
 * @param rounding of the target on the reference's text, {@link Rounding#NONE} where it isn't measured
 */
public record ParityCheck(
        DecodingMethod method,
        String dataset,
        String prompt,
        int tokens,
        int at,
        int expected,
        int found,
        double gap,
        double moved,
        Rounding rounding) {
    static ParityCheck same(DecodingMethod method, Question question, int tokens) {
        return new ParityCheck(method, question.dataset(), question.id(), tokens, -1, 0, 0, 0, 0, Rounding.NONE);
    }

    /** What was compared: a later comparison of the same takes an earlier one's place. */
    List<Object> key() {
        return List.of(method, dataset, prompt);
    }

    static List<Object> key(DecodingMethod method, Question question) {
        return List.of(method, question.dataset(), question.id());
    }

    boolean isOf(Question question) {
        return dataset.equals(question.dataset()) && prompt.equals(question.id());
    }

    ParityCheck withRounding(Rounding measured) {
        return new ParityCheck(method, dataset, prompt, tokens, at, expected, found, gap, moved, measured);
    }

    ParityCheck withMoved(double seen) {
        return new ParityCheck(method, dataset, prompt, tokens, at, expected, found, gap, seen, rounding);
    }

    /** Whether the texts differ. */
    public boolean differs() {
        return at >= 0;
    }

    /**
     * Whether they differ where that is not excused by rounding: the gap is above {@code tie}, and above what the
     * target's own passes move it by. With a tie of 0 any difference counts.
     *
     * @param tie at least 0
     */
    public boolean fails(double tie) {
        return differs() && (tie == 0 || gap > Math.max(tie, moved));
    }

    /**
     * One JSON object with a field a component, the components of the way and of the rounding (its widest as shift) in
     * their places.
     */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("draft", method.draft())
                .put("mode", method.mode().label())
                .put("policy", method.policy())
                .put("dataset", dataset)
                .put("prompt", prompt)
                .put("tokens", tokens)
                .put("at", at)
                .put("expected", expected)
                .put("found", found)
                .put("gap", gap)
                .put("moved", moved)
                .put("positions", rounding.positions())
                .put("flips", rounding.flips())
                .put("shift", rounding.widest());
    }

    /** The reverse of {@link #toJson()}; FORMAT: names a field that isn't as it should be. */
    public static ParityCheck of(JsonNode node) {
        JsonFile json = JsonFile.of("comparison", node);
        return new ParityCheck(
                new DecodingMethod(json.text("draft"), Mode.of(json.text("mode")), json.text("policy")),
                json.text("dataset"),
                json.text("prompt"),
                json.whole("tokens", 0),
                json.whole("at", -1),
                json.whole("expected", PlainReference.END),
                json.whole("found", PlainReference.END),
                json.number("gap", 0),
                json.number("moved", 0),
                new Rounding(json.whole("positions", 0), json.whole("flips", 0), json.number("shift", 0)));
    }
}
