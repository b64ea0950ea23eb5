package org.gto4j.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.gto4j.AdamW;
import org.gto4j.Gto4j;
import org.gto4j.GtoException;
import org.gto4j.TargetModel;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.CacheFolder;

/** Training costs in the cache folder, named by all that shapes them: sizes of the target, device, threads, precision, versions. */
final class TrainingCostFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    private TrainingCostFile(Path file) {
        this.file = file;
    }

    static TrainingCostFile of(TargetModel target, AdamW optimizer) {
        return new TrainingCostFile(CacheFolder.file("training-costs", target.info().toString(), target.device().kind(),
            optimizer.precision().name(), Gto4j.version(), Gto4j.llamaVersion()));
    }

    /** Empty if there are none yet, or the file is damaged. */
    Optional<TrainingCosts> read() {
        try {
            return Files.exists(file) ? Optional.of(JSON.readValue(Files.readAllBytes(file), TrainingCosts.class)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void write(TrainingCosts costs) {
        try {
            AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(costs) + "\n");
        } catch (JsonProcessingException e) {
            throw new GtoException(GtoException.Kind.INTERNAL, "costs can't be written as JSON: " + e, e);
        }
    }
}
