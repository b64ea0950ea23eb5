package org.gto4j.model;

/** The library as a whole. Thread-safe. */
public final class Gto4j {
    private Gto4j() {}

    /** Version of the native library, e.g. "0.1.0". */
    public static String version() {
        return Engine.version();
    }

    /** Version of the llama.cpp inside, e.g. "0.5.0". */
    public static String llamaVersion() {
        return Engine.llamaVersion();
    }

    /** Number of native handles that are open in this process, of all kinds; for leak tests. */
    public static long liveHandles() {
        return Engine.liveHandles();
    }

    /** Sets which messages of llama.cpp reach standard error, for the whole process. */
    public static void logLevel(LogLevel level) {
        Engine.logLevel(level.ordinal());
    }
}
