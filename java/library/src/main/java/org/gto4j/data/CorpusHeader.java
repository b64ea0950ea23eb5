package org.gto4j.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gto4j.error.GtoException;
import org.gto4j.io.Folders;
import org.gto4j.io.JsonFile;
import org.gto4j.model.TargetModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose features a corpus holds: {@code corpus.json}.
 *
 * @param version of the format: 1 knew one answer a text, 2 knows several, foreign texts and corpora without features
 * @param target whose texts they are
 * @param hidden width of its hidden state
 * @param taps tapped blocks
 * @param features whether they are kept on disk
 * @param template how its conversations are written
 */
record CorpusHeader(
        int version, TargetIdentity target, int hidden, int[] taps, boolean features, TemplateIdentity template) {
    static final String FILE = "corpus.json";
    static final int VERSION = 2;
    private static final Logger LOG = LoggerFactory.getLogger(CorpusHeader.class);
    private static final String TYPE = "F16";
    private static final String NO_TYPE = "none";
    private static final int MOST_TAPS = 8;
    private static final int MOST_HIDDEN = 1 << 24;

    static CorpusHeader of(TargetModel target, int[] taps, boolean features) {
        return new CorpusHeader(
                VERSION,
                TargetIdentity.of(target.path()),
                target.info().hidden(),
                taps,
                features,
                TemplateIdentity.of(target.options()));
    }

    /** The same of the newest version. */
    CorpusHeader renewed() {
        return new CorpusHeader(VERSION, target, hidden, taps, features, template);
    }

    /** Bytes of a token's row: taps and hidden state, two bytes a value. */
    long rowBytes() {
        return 2L * (taps.length + 1) * hidden;
    }

    void write(Path file) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("version", version)
                .put("target", target.name())
                .put("target_bytes", target.bytes())
                .put("target_sha256", target.ends());
        if (!target.whole().isEmpty()) {
            json.put("target_file_sha256", target.whole());
        }
        ArrayNode layers = json.put("hidden", hidden)
                .put("type", features ? TYPE : NO_TYPE)
                .putArray("taps");
        Arrays.stream(taps).forEach(layers::add);
        template.write(json);
        JsonFile.write(file, json);
    }

    static CorpusHeader read(Path file) {
        JsonFile json = JsonFile.read(file);
        String type = json.json().path("type").asText();
        long version = json.json().path("version").asLong();
        if (version < 1 || version > VERSION || !type.equals(TYPE) && !type.equals(NO_TYPE)) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    file + ": expected a corpus of version 1.." + VERSION + " and type " + TYPE + " or " + NO_TYPE
                            + ", found version " + json.json().path("version") + " and type "
                            + json.json().path("type"));
        }
        int[] taps = json.ints("taps");
        if (taps.length < 1 || taps.length > MOST_TAPS || Arrays.stream(taps).anyMatch(tap -> tap < 0)) {
            throw json.wrong("taps", "1.." + MOST_TAPS + " blocks of the target");
        }
        return new CorpusHeader(
                (int) version,
                TargetIdentity.read(json),
                (int) json.whole("hidden", 1, MOST_HIDDEN),
                taps,
                type.equals(TYPE),
                TemplateIdentity.read(json));
    }

    /**
     * Whether the corpus of a folder keeps features; true if there is none, or none that was ever written to and can be
     * read.
     */
    static boolean features(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return !Files.exists(file) || read(file).features();
        } catch (GtoException e) {
            if (hasLines(folder)) {
                throw e;
            }
            return true;
        }
    }

    /** Refuses to go on with what a folder holds already if it is the corpus of another target or template. */
    static void requireSame(Path folder, CorpusHeader expected) {
        if (hasLines(folder)) {
            expected.requireContinued(read(folder.resolve(FILE)), folder);
        }
    }

    /**
     * The header of the folder that its owner opens, checked; a corpus without lines gets a new one if it has none or a
     * damaged one.
     */
    static CorpusHeader open(Path folder, CorpusHeader expected) {
        Path file = folder.resolve(FILE);
        if (hasLines(folder) || Files.exists(file)) {
            try {
                CorpusHeader found = read(file);
                expected.requireContinued(found, folder);
                return found;
            } catch (GtoException e) {
                if (hasLines(folder) || e.kind() == GtoException.Kind.ARGUMENT) {
                    throw e;
                }
                LOG.warn("{}; the corpus is empty, and the file is made again", e.getMessage());
                Folders.setAside(file);
            }
        }
        expected.write(file);
        return expected;
    }

    private static boolean hasLines(Path folder) {
        return CorpusContents.size(folder.resolve(Corpus.LINES)) > 0;
    }

    /** Refuses a corpus that new texts don't go with: they would be written by another template. */
    private void requireContinued(CorpusHeader found, Path folder) {
        requireSame(found, folder);
        if (!template.equals(found.template)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": this corpus was written by " + found.template + ", but now it would be by " + template
                            + "; take the same, or another folder");
        }
    }

    /** Refuses a corpus of another target; the file's name may have changed. */
    void requireSame(CorpusHeader found, Path folder) {
        if (!target.is(found.target)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": this corpus was written by the target " + found.target + ", but the target opened is "
                            + target);
        }
        if (features != found.features) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": expected a corpus " + (features ? "with" : "without") + " features on disk, found one "
                            + (found.features ? "with" : "without"));
        }
        if (hidden != found.hidden || !Arrays.equals(taps, found.taps)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + ": expected features of taps " + Arrays.toString(taps) + ", hidden " + hidden
                            + ", found taps " + Arrays.toString(found.taps) + ", hidden " + found.hidden);
        }
    }
}
