package org.gto4j.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.FileIdentity;
import org.gto4j.io.Folders;

/**
 * The files of one run of a command, as its options declare them. Nothing that the run reads is written over, whatever
 * path, link or folder leads to it, and no file is written twice.
 */
final class RunFiles {
    /**
     * A file or folder that was named.
     *
     * @param label of the option or argument, e.g. "option --out"
     */
    private record Named(String label, Path path, FileUse use) {}

    private final List<Named> all = new ArrayList<>();

    RunFiles add(String label, Path path, FileUse use) {
        all.add(new Named(label, path, use));
        return this;
    }

    /**
     * To be asked before the command begins; makes the folders of output files.
     *
     * @throws GtoException ARGUMENT: an output is an input, or another output; names both. IO: an output can't be
     *     written, or a model isn't a file
     */
    void check() {
        List<Named> written =
                all.stream().filter(named -> named.use.isWritten()).toList();
        for (int i = 0; i < written.size(); i++) {
            Named out = written.get(i);
            for (Path file : out.use.files(out.path)) {
                readTwice(file, out).ifPresent(in -> {
                    throw refused(out, file, "that this run doesn't read", in);
                });
                written.subList(0, i).stream()
                        .filter(other -> isSame(file, other))
                        .findFirst()
                        .ifPresent(other -> {
                            throw refused(out, file, "of its own", other);
                        });
            }
        }
        all.stream().filter(named -> named.use.isModel(named.path)).forEach(named -> requireRegular(named.path));
        written.stream()
                .filter(out -> !out.use.isFolderOut(out.path))
                .forEach(out -> Folders.requireWritable(out.path, out.use == FileUse.LOG_OUT));
    }

    /** A run may hold its corpus, which guards itself. */
    private Optional<Named> readTwice(Path file, Named out) {
        return all.stream()
                .filter(in -> !in.use.isWritten() && !(out.use.isFolderOut(out.path) && in.use == FileUse.CORPUS_IN))
                .filter(in -> isSame(file, in))
                .findFirst();
    }

    private static boolean isSame(Path file, Named other) {
        return other.use.files(other.path).stream().anyMatch(one -> FileIdentity.isSame(file, one));
    }

    private static GtoException refused(Named out, Path file, String expected, Named other) {
        String found = file.equals(out.path) ? "" : ", which holds " + file.getFileName();
        String same = file.equals(other.path) ? "" : " (" + other.path + ")";
        return new GtoException(
                GtoException.Kind.ARGUMENT,
                out.label + ": expected a " + (out.use.isFolderOut(out.path) ? "folder with files " : "file ")
                        + expected + ", found '" + out.path + "'" + found + ", the file of " + other.label + same);
    }

    private static void requireRegular(Path model) {
        if (Files.exists(model) && !Files.isRegularFile(model)) {
            throw new GtoException(
                    GtoException.Kind.IO,
                    model + ": expected a GGUF file, found a "
                            + (Files.isDirectory(model) ? "folder" : "pipe or device"));
        }
    }
}
