package org.gto4j.lab.experiment;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.FileDigest;
import org.gto4j.io.Folders;
import org.gto4j.io.JsonFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code held-back-SET.json} of an arm: what was measured on a set of texts, and of which draft, so that it isn't
 * measured again.
 */
final class GainFile {
    private static final Logger LOG = LoggerFactory.getLogger(GainFile.class);

    private GainFile() {}

    /** The gains, if they are those of the draft's file as it is now and of these settings. */
    static Optional<List<TextGain>> read(Path file, Path draft, String set, String settings) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonFile json = JsonFile.read(file);
            if (!json.text("draft").equals(FileDigest.of(draft))
                    || !json.text("settings").equals(settings)) {
                return Optional.empty();
            }
            return Optional.of(json.objects("texts").stream()
                    .map(text -> TextGain.of(set, text))
                    .toList());
        } catch (GtoException e) {
            LOG.warn("{}; its texts are measured again", e.getMessage());
            return Optional.empty();
        }
    }

    static void write(Path file, Path draft, String settings, List<TextGain> gains) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("draft", FileDigest.of(draft))
                .put("settings", settings);
        ArrayNode texts = json.putArray("texts");
        gains.forEach(gain -> texts.add(gain.toJson()));
        Folders.setAside(file);
        JsonFile.write(file, json);
    }
}
