package org.gto4j.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.GtoException;
import org.gto4j.TargetModel;
import org.gto4j.io.AtomicFile;
import org.gto4j.io.Sha256;

/**
 * Whose features a corpus holds: {@code corpus.json}.
 *
 * @param target file name of the target
 * @param bytes  its size
 * @param digest SHA-256 of its first and last MiB: metadata and some weights, so that a fine-tune of one base is told from another
 * @param hidden width of its hidden state
 * @param taps   tapped blocks
 */
record CorpusHeader(String target, long bytes, String digest, int hidden, int[] taps) {
    private static final int VERSION = 1;
    private static final String TYPE = "F16";
    private static final int SAMPLE = 1 << 20;

    static CorpusHeader of(TargetModel target, int[] taps) {
        Path file = target.path();
        try {
            return new CorpusHeader(file.getFileName().toString(), Files.size(file), digest(file), target.info().hidden(), taps);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read " + file + ": " + e, e);
        }
    }

    private static String digest(Path file) throws IOException {
        try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
            MessageDigest sha = Sha256.start();
            byte[] part = new byte[(int) Math.min(SAMPLE, input.length())];
            input.readFully(part);
            sha.update(part);
            input.seek(input.length() - part.length);
            input.readFully(part);
            return HexFormat.of().formatHex(sha.digest(part));
        }
    }

    void write(Path file) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("version", VERSION).put("target", target).put("target_bytes", bytes)
            .put("target_sha256", digest).put("hidden", hidden).put("type", TYPE);
        ArrayNode layers = json.putArray("taps");
        Arrays.stream(taps).forEach(layers::add);
        AtomicFile.write(file, json.toPrettyString() + "\n");
    }

    static CorpusHeader read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
            if (json.path("version").asInt() != VERSION || !json.path("type").asText().equals(TYPE)) {
                throw new GtoException(GtoException.Kind.FORMAT, file + ": expected a corpus of version " + VERSION + " and type " + TYPE
                    + ", found version " + json.path("version") + " and type " + json.path("type"));
            }
            int[] taps = new int[json.path("taps").size()];
            Arrays.setAll(taps, i -> json.path("taps").get(i).asInt());
            return new CorpusHeader(json.path("target").asText(), json.path("target_bytes").asLong(), json.path("target_sha256").asText(),
                json.path("hidden").asInt(), taps);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.FORMAT, "can't read " + file + " as a corpus header: " + e.getMessage(), e);
        }
    }

    /** Refuses a corpus of another target; the file's name may have changed. */
    void requireSame(CorpusHeader found, Path folder) {
        if (bytes != found.bytes || !digest.equals(found.digest)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": this corpus was written by the target " + found.target + " ("
                + found.bytes + " bytes), but the target opened is " + target + " (" + bytes + " bytes)");
        }
        if (hidden != found.hidden || !Arrays.equals(taps, found.taps)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": expected features of taps " + Arrays.toString(taps) + ", hidden "
                + hidden + ", found taps " + Arrays.toString(found.taps) + ", hidden " + found.hidden);
        }
    }
}
