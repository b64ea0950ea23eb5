package org.gto4j.io;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is kept between runs and can be made again: in GTO4J_CACHE, else in .cache/gto4j of the home folder; where that
 * can't be written, in a folder of this user's own below java.io.tmpdir. Thread-safe.
 */
public final class CacheFolder {
    private static final Logger LOG = LoggerFactory.getLogger(CacheFolder.class);
    private static final int NAME_LENGTH = 16;
    private static final Path HOME_CACHE = Path.of(".cache", "gto4j");

    private CacheFolder() {}

    /** Found once: what it warns of is said once. */
    private static final class Root {
        static final Path PATH = root(
                System.getenv("GTO4J_CACHE"), System.getProperty("user.home"), System.getProperty("java.io.tmpdir"));
    }

    /** A folder of the cache; it may not exist yet. */
    public static Path of(String name) {
        return Root.PATH.resolve(name);
    }

    /** Where JavaCPP should unpack libraries if it can't where it would by itself, or null. */
    public static @Nullable Path javaCpp() {
        return WritableFolder.ofHome(System.getProperty("user.home"), Path.of(".javacpp", "cache"))
                        .isPresent()
                ? null
                : of("javacpp");
    }

    /**
     * The root of the cache.
     *
     * @param wanted GTO4J_CACHE; null or blank = not set
     * @param home of the user; "?" if the system doesn't know it
     */
    static Path root(@Nullable String wanted, String home, String temporary) {
        if (wanted != null && !wanted.isBlank()) {
            Path folder = Path.of(wanted);
            return WritableFolder.of(folder)
                    .orElseGet(() -> own(folder + " (GTO4J_CACHE) can't be written", temporary));
        }
        return WritableFolder.ofHome(home, HOME_CACHE)
                .orElseGet(() -> own("there is no home folder that can be written (" + home + ")", temporary));
    }

    private static Path own(String reason, String temporary) {
        Path folder = WritableFolder.own(Path.of(temporary));
        LOG.warn("{}: what is kept between runs goes to {}", reason, folder);
        return folder;
    }

    /** A JSON file of the folder {@code name}, named by the hash of {@code key}: all that its contents depend on. */
    public static Path file(String name, String... key) {
        byte[] hash = Sha256.start().digest(String.join("|", key).getBytes(StandardCharsets.UTF_8));
        return of(name).resolve(HexFormat.of().formatHex(hash).substring(0, NAME_LENGTH) + ".json");
    }
}
