package org.gto4j.lab.gto;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.gto4j.statistics.Estimate;

/**
 * What {@link GradientMeasurement} found. Cosines are between pulls: the steps downhill that gradients ask for, without
 * the optimizer's scaling.
 *
 * @param drift |draft - reference| / |reference| over all weights: how far training has come
 * @param token of the token loss
 * @param policy of the policy term alone
 * @param together mean cosine between the two of one text
 */
public record GradientFigures(double drift, Pull token, Pull policy, Estimate together) {
    /**
     * One term's pull.
     *
     * @param texts a pull each; a text on which the term is 0 has none
     * @param norm mean norm
     * @param alongDrift mean cosine with draft - reference: above 0 it goes on the way that training took, below 0 back
     * @param agreement mean cosine between two texts' pulls: 0 is noise, 1 one direction
     */
    public record Pull(int texts, double norm, Estimate alongDrift, double agreement) {
        ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance
                    .objectNode()
                    .put("texts", texts)
                    .put("norm", norm)
                    .put("agreement", agreement);
            json.set("along_drift", alongDrift.toJson());
            return json;
        }

        /** Texts, norm, cosine with the drift and its interval, agreement. */
        public List<String> cells() {
            List<String> along = alongDrift.cells("%+.4f");
            return List.of(
                    Integer.toString(texts),
                    number("%.3g", norm),
                    along.get(0),
                    along.get(1),
                    number("%+.4f", agreement));
        }

        private static String number(String format, double value) {
            return String.format(Locale.ROOT, format, value);
        }
    }

    /** The figures by name. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("drift", drift);
        json.set("token", token.toJson());
        json.set("policy", policy.toJson());
        json.set("together", together.toJson());
        return json;
    }
}
