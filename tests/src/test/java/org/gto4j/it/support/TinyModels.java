package org.gto4j.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.gto4j.model.Device;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/**
 * Tiny random targets, written by the native tool tiny_target (folder in system property gto4j.native.bin), once for
 * each set of options.
 */
public final class TinyModels {
    private static final Map<List<String>, Path> WRITTEN = new ConcurrentHashMap<>();
    private static final Path FOLDER = folder();

    private TinyModels() {}

    /** The GGUF of these options, see tiny_target's usage; don't change the file. */
    public static Path target(String... options) {
        return WRITTEN.computeIfAbsent(List.of(options), TinyModels::write);
    }

    /** Opens the target of these options on one thread: it is so small that a second one would only be waited for. */
    public static TargetModel open(String... options) {
        return open(target(options));
    }

    /** Opens a tiny target on one thread. */
    public static TargetModel open(Path file) {
        try (Device device = Device.cpu(1)) {
            return TargetModel.open(device, file);
        }
    }

    /** A draft of the whole vocabulary with random weights. */
    public static DraftModel randomDraft(TargetModel target, long seed) {
        return randomDraft(
                target, IntStream.range(0, target.info().vocabulary()).toArray(), seed);
    }

    /** The same with a vocabulary of some tokens. */
    public static DraftModel randomDraft(TargetModel target, int[] vocabulary, long seed) {
        return DraftModel.create(
                target,
                DraftConfig.builder()
                        .vocabulary(vocabulary)
                        .taps(target.defaultTaps())
                        .init(DraftConfig.Init.RANDOM)
                        .seed(seed)
                        .build());
    }

    private static Path write(List<String> options) {
        Path file =
                FOLDER.resolve("target-" + WRITTEN.size() + "-" + Integer.toHexString(options.hashCode()) + ".gguf");
        write(file, options.toArray(String[]::new));
        file.toFile().deleteOnExit();
        return file;
    }

    /** Writes the target of these options where the caller wants it. */
    public static void write(Path file, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("gto4j.native.bin"), "tiny_target").toString(), "--out", file.toString()));
        command.addAll(List.of(options));
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new AssertionError(command + " failed with exit code " + process.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("gto4j-tiny");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
