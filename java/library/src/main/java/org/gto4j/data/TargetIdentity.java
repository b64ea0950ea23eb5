package org.gto4j.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.gto4j.io.FileDigest;
import org.gto4j.io.IoFailure;
import org.gto4j.io.JsonFile;
import org.gto4j.io.Sha256;

/**
 * Which model a target is, whatever its file is called.
 *
 * @param name of its file, for messages only
 * @param bytes of the file (the first one of several)
 * @param ends SHA-256 of the file's first and last MiB: all that corpora of older versions know
 * @param whole SHA-256 of the whole file (of several: of their digests); empty in corpora of older versions
 */
record TargetIdentity(String name, long bytes, String ends, String whole) {
    private static final int SAMPLE = 1 << 20;
    private static final int SHOWN_DIGITS = 12;

    static TargetIdentity of(Path file) {
        try {
            return new TargetIdentity(
                    file.getFileName().toString(), Files.size(file), ends(file), FileDigest.ofModel(file));
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    static TargetIdentity read(JsonFile json) {
        return new TargetIdentity(
                json.text("target"),
                json.whole("target_bytes", 1, Long.MAX_VALUE),
                json.text("target_sha256"),
                json.json().has("target_file_sha256") ? json.text("target_file_sha256") : "");
    }

    private static String ends(Path file) throws IOException {
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

    /** Whether this model, opened now, is the one that a corpus names. */
    boolean is(TargetIdentity named) {
        return bytes == named.bytes && ends.equals(named.ends) && (named.whole.isEmpty() || whole.equals(named.whole));
    }

    @Override
    public String toString() {
        String digest = whole.isEmpty() ? ends : whole;
        return name + " (" + bytes + " bytes, sha256 " + digest.substring(0, Math.min(SHOWN_DIGITS, digest.length()))
                + "...)";
    }
}
