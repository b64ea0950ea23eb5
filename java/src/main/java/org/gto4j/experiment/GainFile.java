package org.gto4j.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.Sha256;

/** {@code held-back-SET.json} of an arm: what was measured on a set of texts, and of which draft, so that it isn't measured again. */
final class GainFile {
    private GainFile() {
    }

    /** The gains, if they are those of the draft's file as it is now and of these settings. */
    static Optional<List<TextGain>> read(Path file, Path draft, String set, String settings) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
            if (!json.path("draft").asText().equals(version(draft)) || !json.path("settings").asText().equals(settings)) {
                return Optional.empty();
            }
            List<TextGain> gains = new ArrayList<>();
            json.path("texts").forEach(text -> gains.add(TextGain.of(set, text)));
            return Optional.of(gains);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.FORMAT, "can't read " + file + ": " + e.getMessage(), e);
        }
    }

    static void write(Path file, Path draft, String settings, List<TextGain> gains) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("draft", version(draft)).put("settings", settings);
        ArrayNode texts = json.putArray("texts");
        gains.forEach(gain -> texts.add(gain.toJson()));
        AtomicFile.write(file, json.toPrettyString() + "\n");
    }

    /** SHA-256 of the file: a complete run that is started again writes the same draft once more. */
    private static String version(Path draft) {
        MessageDigest sha = Sha256.start();
        try (InputStream input = new DigestInputStream(Files.newInputStream(draft), sha)) {
            input.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(sha.digest());
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + draft + ": " + e, e);
        }
    }
}
