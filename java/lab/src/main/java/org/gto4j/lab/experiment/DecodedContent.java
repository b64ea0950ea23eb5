package org.gto4j.lab.experiment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gto4j.io.FileDigest;
import org.gto4j.io.Sha256;
import org.gto4j.lab.eval.Dataset;
import org.gto4j.lab.eval.EvalOptions;
import org.gto4j.lab.eval.Measurement;
import org.gto4j.model.TargetModel;

/**
 * Tells measurements of these drafts and prompts from those of others with the same names, by a digest that each line
 * carries.
 */
final class DecodedContent {
    private static final String FIELD = "content_sha256";

    private final String common;
    private final Map<String, String> drafts = new HashMap<>();
    private final Map<List<String>, String> prompts = new HashMap<>();

    DecodedContent(TargetModel target, List<ArmResult> arms, List<Dataset> datasets, EvalOptions options) {
        common = FileDigest.ofModel(target.path()) + "|" + options;
        arms.forEach(
                arm -> drafts.put(arm.arm().name(), FileDigest.of(arm.training().draft())));
        datasets.forEach(dataset -> dataset.prompts()
                .forEach(prompt -> prompts.put(List.of(dataset.name(), prompt.id()), prompt.digest())));
    }

    private String digest(Measurement measurement) {
        String all = common + "|" + drafts.get(measurement.method().draft()) + "|"
                + prompts.get(List.of(measurement.dataset(), measurement.prompt()));
        return HexFormat.of().formatHex(Sha256.start().digest(all.getBytes(StandardCharsets.UTF_8)));
    }

    ObjectNode toJson(Measurement measurement) {
        return measurement.toJson().put(FIELD, digest(measurement));
    }

    /** A line's measurement, if it is one of these drafts and prompts; FORMAT: a field isn't as it should be. */
    Optional<Measurement> of(ObjectNode line) {
        Measurement measurement = Measurement.of(line);
        return digest(measurement).equals(line.path(FIELD).asText()) ? Optional.of(measurement) : Optional.empty();
    }
}
