package org.gto4j.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.gto4j.engine.global.gto4j;
import org.gto4j.engine.gto_device;
import org.gto4j.error.GtoException;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * The way into the native library. Only Engine and the Engine* classes, one for each kind of handle, know JavaCPP
 * types. They don't guard against use after free: {@link NativeHandle} does. They expect arrays whose lengths have been
 * checked.
 */
final class Engine {
    @SuppressWarnings("StaticAssignmentOfThrowable") // whoever calls later is told the same reason
    private static final @Nullable GtoException LOAD_FAILURE = load();

    private Engine() {}

    private static @Nullable GtoException load() {
        try {
            JavaCppSettings.apply();
            Loader.load(gto4j.class);
            return null;
        } catch (LinkageError | IllegalCallerException e) {
            return new GtoException(
                    GtoException.Kind.INTERNAL,
                    "the native library of gto4j can't be loaded for " + System.getProperty("os.name") + " on "
                            + System.getProperty("os.arch") + ": " + reason(e),
                    e);
        }
    }

    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        if (root instanceof IllegalCallerException) {
            Module module = Loader.class.getModule();
            return "this Java was told to let no library use native code: start it with --enable-native-access="
                    + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
        }
        return (root.getMessage() == null ? root.toString() : root.getMessage())
                + " (is the gto4j-presets jar of this platform on the class path?)";
    }

    /** To be called before the first use of a generated class on a path that has no handle yet. */
    static void ready() {
        if (LOAD_FAILURE != null) {
            throw new GtoException(
                    LOAD_FAILURE.kind(), String.valueOf(LOAD_FAILURE.getMessage()), LOAD_FAILURE.getCause());
        }
    }

    /** Turns a status that isn't OK into an exception with this thread's last message. */
    static void check(int status) {
        if (status != gto4j.GTO_OK) {
            throw new GtoException(kind(status), string(gto4j.gto_last_error()));
        }
    }

    static GtoException.Kind kind(int status) {
        return switch (status) {
            case gto4j.GTO_E_ARGUMENT -> GtoException.Kind.ARGUMENT;
            case gto4j.GTO_E_IO -> GtoException.Kind.IO;
            case gto4j.GTO_E_FORMAT -> GtoException.Kind.FORMAT;
            case gto4j.GTO_E_MEMORY -> GtoException.Kind.MEMORY;
            case gto4j.GTO_E_CONTEXT -> GtoException.Kind.CONTEXT;
            case gto4j.GTO_E_NUMERIC -> GtoException.Kind.NUMERIC;
            default -> GtoException.Kind.INTERNAL;
        };
    }

    static String string(BytePointer utf8) {
        return utf8.getString(StandardCharsets.UTF_8);
    }

    static String version() {
        ready();
        return string(gto4j.gto_version());
    }

    static String llamaVersion() {
        ready();
        return string(gto4j.gto_llama_version());
    }

    static long liveHandles() {
        ready();
        return gto4j.gto_live_handles();
    }

    static void logLevel(int level) {
        ready();
        gto4j.gto_log_level(level);
    }

    static Optional<AvailableMemory> availableMemory() {
        ready();
        long[] bytes = {0};
        check(gto4j.gto_memory_available(bytes));
        return bytes[0] < 0
                ? Optional.empty()
                : Optional.of(new AvailableMemory(bytes[0], string(gto4j.gto_memory_limit())));
    }

    static float[] treeRewards(int kind, float eta, List<DraftTree> trees, float[][] probabilities) {
        ready();
        int[][] parents = trees.stream().map(DraftTree::parents).toArray(int[][]::new);
        float[] rewards = new float[parents.length];
        check(gto4j.gto_tree_rewards(
                (gto_device) null,
                kind,
                eta,
                parents.length,
                begins(parents),
                concatenated(parents),
                concatenated(probabilities),
                rewards));
        return rewards;
    }

    /** Where each list begins in their concatenation, and its length at the end. */
    static int[] begins(int[][] lists) {
        int[] begins = new int[lists.length + 1];
        for (int i = 0; i < lists.length; i++) {
            begins[i + 1] = Math.addExact(begins[i], lists[i].length);
        }
        return begins;
    }

    static int[] concatenated(int[][] lists) {
        return Arrays.stream(lists).flatMapToInt(Arrays::stream).toArray();
    }

    static float[] concatenated(float[][] lists) {
        float[] all =
                new float[Arrays.stream(lists).mapToInt(list -> list.length).sum()];
        int at = 0;
        for (float[] list : lists) {
            System.arraycopy(list, 0, all, at, list.length);
            at += list.length;
        }
        return all;
    }
}
