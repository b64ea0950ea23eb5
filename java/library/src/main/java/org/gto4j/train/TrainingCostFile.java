package org.gto4j.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.CacheFolder;
import org.gto4j.io.JsonFile;
import org.gto4j.model.AdamW;
import org.gto4j.model.Gto4j;
import org.gto4j.model.TargetModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Training costs in the cache folder, named by all that shapes them: sizes of the target, device, threads, precision,
 * versions.
 */
final class TrainingCostFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Logger LOG = LoggerFactory.getLogger(TrainingCostFile.class);

    private final Path file;

    private TrainingCostFile(Path file) {
        this.file = file;
    }

    static TrainingCostFile of(TargetModel target, AdamW optimizer) {
        return new TrainingCostFile(CacheFolder.file(
                "training-costs",
                target.info().toString(),
                target.device().kind(),
                optimizer.precision().name(),
                Gto4j.version(),
                Gto4j.llamaVersion()));
    }

    /** Empty if there are none yet, or the file is damaged. */
    Optional<TrainingCosts> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonFile json = JsonFile.read(file);
            TrainingCosts costs = new TrainingCosts(
                    json.number("layer", 0),
                    json.number("attention", 0),
                    json.number("head", 0),
                    json.number("parameters", 0),
                    json.number("error", 0));
            if (costs.layer() + costs.attention() + costs.head() + costs.parameters() > 0) {
                return Optional.of(costs);
            }
            LOG.warn("{}: expected costs above 0, found none; they are measured again", file);
        } catch (GtoException e) {
            LOG.warn("{}; costs are measured again", e.getMessage());
        }
        return Optional.empty();
    }

    /** Keeps costs; a cache that can't be written is warned of. */
    void write(TrainingCosts costs) {
        ObjectNode json = JSON.valueToTree(costs);
        try {
            JsonFile.write(file, json);
        } catch (GtoException e) {
            LOG.warn("training costs aren't kept: {}", e.getMessage());
        }
    }
}
