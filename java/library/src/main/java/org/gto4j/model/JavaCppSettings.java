package org.gto4j.model;

import java.nio.file.Path;
import java.util.Locale;
import org.gto4j.io.CacheFolder;

/**
 * How JavaCPP is set up, before its classes read their properties; what a user has set stays. Its limits count the
 * process's native memory, with the mapped model, against a multiple of the heap's limit: with a small heap it would
 * collect garbage at each allocation, and fail in the end. Native memory is asked for natively
 * ({@link AvailableMemory}).
 */
final class JavaCppSettings {
    private static final String PREFIX = "org.bytedeco.javacpp.";
    private static final String NO_LIMIT = "0";

    private JavaCppSettings() {}

    static void apply() {
        setUnlessSet("maxBytes", NO_LIMIT);
        setUnlessSet("maxPhysicalBytes", NO_LIMIT);
        Path cache = CacheFolder.javaCpp();
        if (cache != null) {
            setUnlessSet("cacheDir", cache.toString());
        }
    }

    /** JavaCPP takes a property's name in lower case, too. */
    private static void setUnlessSet(String name, String value) {
        if (System.getProperty(PREFIX + name) == null
                && System.getProperty(PREFIX + name.toLowerCase(Locale.ROOT)) == null) {
            System.setProperty(PREFIX + name, value);
        }
    }
}
