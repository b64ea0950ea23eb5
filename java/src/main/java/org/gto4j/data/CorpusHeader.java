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
 * @param version of the format: 1 knew one answer a text, 2 knows several, foreign texts and corpora without features
 * @param target file name of the target
 * @param bytes  its size
 * @param digest SHA-256 of its first and last MiB: metadata and some weights, so that a fine-tune of one base is told from another
 * @param hidden width of its hidden state
 * @param taps   tapped blocks
 * @param features whether they are kept on disk
 */
record CorpusHeader(int version, String target, long bytes, String digest, int hidden, int[] taps, boolean features) {
    static final int VERSION = 2;
    private static final String TYPE = "F16";
    private static final String NO_TYPE = "none";
    private static final int SAMPLE = 1 << 20;

    static CorpusHeader of(TargetModel target, int[] taps, boolean features) {
        Path file = target.path();
        try {
            return new CorpusHeader(VERSION, file.getFileName().toString(), Files.size(file), digest(file), target.info().hidden(), taps, features);
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

    /** The same of the newest version. */
    CorpusHeader renewed() {
        return new CorpusHeader(VERSION, target, bytes, digest, hidden, taps, features);
    }

    /** Bytes of a token's row: taps and hidden state, two bytes a value. */
    long rowBytes() {
        return 2L * (taps.length + 1) * hidden;
    }

    void write(Path file) {
        ObjectNode json = new ObjectMapper().createObjectNode().put("version", version).put("target", target).put("target_bytes", bytes)
            .put("target_sha256", digest).put("hidden", hidden).put("type", features ? TYPE : NO_TYPE);
        ArrayNode layers = json.putArray("taps");
        Arrays.stream(taps).forEach(layers::add);
        AtomicFile.write(file, json.toPrettyString() + "\n");
    }

    static CorpusHeader read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
            int version = json.path("version").asInt();
            String type = json.path("type").asText();
            if (version < 1 || version > VERSION || !type.equals(TYPE) && !type.equals(NO_TYPE)) {
                throw new GtoException(GtoException.Kind.FORMAT, file + ": expected a corpus of version 1.." + VERSION + " and type " + TYPE + " or " + NO_TYPE
                    + ", found version " + json.path("version") + " and type " + json.path("type"));
            }
            int[] taps = new int[json.path("taps").size()];
            Arrays.setAll(taps, i -> json.path("taps").get(i).asInt());
            return new CorpusHeader(version, json.path("target").asText(), json.path("target_bytes").asLong(), json.path("target_sha256").asText(),
                json.path("hidden").asInt(), taps, type.equals(TYPE));
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
        if (features != found.features) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": expected a corpus " + (features ? "with" : "without") + " features on disk, found one "
                + (found.features ? "with" : "without"));
        }
        if (hidden != found.hidden || !Arrays.equals(taps, found.taps)) {
            throw new GtoException(GtoException.Kind.ARGUMENT, folder + ": expected features of taps " + Arrays.toString(taps) + ", hidden "
                + hidden + ", found taps " + Arrays.toString(found.taps) + ", hidden " + found.hidden);
        }
    }
}
