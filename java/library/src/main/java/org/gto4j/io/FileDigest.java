package org.gto4j.io;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gto4j.error.GtoException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SHA-256 of whole files: what tells a model from another, whatever the files are called. A large file is read once
 * (about a second a gigabyte where the processor has SHA instructions); its digest is kept in the cache folder until
 * path, size, inode, or time of change or modification are others.
 */
public final class FileDigest {
    private static final Logger LOG = LoggerFactory.getLogger(FileDigest.class);
    private static final String FIELD = "sha256";
    private static final Pattern SPLIT = Pattern.compile("(.*-)00001-of-(\\d{5})\\.gguf");
    private static final int NAME_LENGTH = 32;
    private static final int BLOCK = 1 << 20;
    /** Smaller files are read again sooner than looked up. */
    private static final long LEAST_KEPT_BYTES = 16L << 20;

    private static final long LEAST_TOLD_BYTES = 4L << 30;
    /** A file may be written again within a tick of its clock: digests of files that have just changed aren't kept. */
    private static final Duration TICK = Duration.ofSeconds(2);

    private FileDigest() {}

    /** In hex; IO: names the file and why it can't be read, or that it is being written. */
    public static String of(Path file) {
        return of(file, CacheFolder.of("digests"), LEAST_KEPT_BYTES);
    }

    static String of(Path file, Path cache, long leastKept) {
        try {
            String before = version(file);
            if (Files.size(file) < leastKept) {
                return read(file);
            }
            Path kept = cache.resolve(HexFormat.of()
                            .formatHex(Sha256.start().digest(before.getBytes(StandardCharsets.UTF_8)))
                            .substring(0, NAME_LENGTH)
                    + ".json");
            String known = known(kept);
            if (!known.isEmpty()) {
                return known;
            }
            if (Files.size(file) >= LEAST_TOLD_BYTES) {
                LOG.warn("{}: read once, {} bytes, to know the file by its content", file, Files.size(file));
            }
            String digest = read(file);
            if (!version(file).equals(before)) {
                throw new GtoException(
                        GtoException.Kind.IO,
                        file + ": expected a file that stays as it is, but it was written while it was read");
            }
            keep(kept, file, digest);
            return digest;
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    /**
     * {@link #of} of a GGUF; of one that is split into several files, by the name of the first, a digest of all their
     * digests.
     */
    public static String ofModel(Path file) {
        Matcher split = SPLIT.matcher(file.getFileName().toString());
        if (!split.matches()) {
            return of(file);
        }
        int count = Integer.parseInt(split.group(2));
        MessageDigest sha = Sha256.start();
        for (int i = 1; i <= count; i++) {
            sha.update(HexFormat.of()
                    .parseHex(of(file.resolveSibling(
                            String.format(Locale.ROOT, "%s%05d-of-%05d.gguf", split.group(1), i, count)))));
        }
        return HexFormat.of().formatHex(sha.digest());
    }

    /** All that changes when the content does. */
    private static String version(Path file) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(
                file,
                file.getFileSystem().supportedFileAttributeViews().contains("unix")
                        ? "unix:size,lastModifiedTime,ctime,fileKey"
                        : "size,lastModifiedTime,fileKey");
        return file.toRealPath() + "|" + attributes.get("size") + "|" + attributes.get("lastModifiedTime") + "|"
                + attributes.get("ctime") + "|" + attributes.get("fileKey");
    }

    private static String known(Path kept) {
        try {
            return Files.exists(kept) ? JsonFile.read(kept).text(FIELD) : "";
        } catch (GtoException e) {
            LOG.warn("{}; it is made again", e.getMessage());
            return "";
        }
    }

    private static void keep(Path kept, Path file, String digest) throws IOException {
        if (Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(TICK))) {
            return;
        }
        try {
            AtomicFile.write(
                    kept,
                    JsonNodeFactory.instance
                                    .objectNode()
                                    .put("file", file.toRealPath().toString())
                                    .put(FIELD, digest)
                                    .toPrettyString()
                            + "\n");
        } catch (GtoException e) {
            LOG.warn(
                    "{}: its digest can't be kept, so that the file is read again each time: {}", file, e.getMessage());
        }
    }

    private static String read(Path file) throws IOException {
        MessageDigest sha = Sha256.start();
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (channel.read(block.clear()) >= 0) {
                sha.update(block.flip());
            }
        }
        return HexFormat.of().formatHex(sha.digest());
    }
}
