package org.gto4j.io;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;

/** What is kept between runs and can be made again: GTO4J_CACHE, else .cache/gto4j in the home folder. */
public final class CacheFolder {
    private static final int NAME_LENGTH = 16;

    private CacheFolder() {
    }

    /** A folder of the cache; it may not exist yet. */
    public static Path of(String name) {
        String cache = System.getenv("GTO4J_CACHE");
        Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "gto4j") : Path.of(cache);
        return root.resolve(name);
    }

    /** A JSON file of the folder {@code name}, named by the hash of {@code key}: all that its contents depend on. */
    public static Path file(String name, String... key) {
        byte[] hash = Sha256.start().digest(String.join("|", key).getBytes(StandardCharsets.UTF_8));
        return of(name).resolve(HexFormat.of().formatHex(hash).substring(0, NAME_LENGTH) + ".json");
    }
}
