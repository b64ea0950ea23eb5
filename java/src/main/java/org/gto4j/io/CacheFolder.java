package org.gto4j.io;

import java.nio.file.Path;

/** What is kept between runs and can be made again: GTO4J_CACHE, else .cache/gto4j in the home folder. */
public final class CacheFolder {
    private CacheFolder() {
    }

    /** A folder of the cache; it may not exist yet. */
    public static Path of(String name) {
        String cache = System.getenv("GTO4J_CACHE");
        Path root = cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache", "gto4j") : Path.of(cache);
        return root.resolve(name);
    }
}
