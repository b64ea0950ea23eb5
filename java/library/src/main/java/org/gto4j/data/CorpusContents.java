package org.gto4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.io.IoFailure;

/**
 * What a corpus folder holds, read without its target and without changing anything: another process may be writing it.
 * Immutable.
 *
 * @param folder the folder
 * @param target file name of the target that the texts are of
 * @param features whether features are kept on disk
 * @param rowBytes bytes of a token's row of features
 * @param bytes of all its files
 * @param sequences in the order they were written, without texts of which nothing is trained
 */
public record CorpusContents(
        Path folder, String target, boolean features, long rowBytes, long bytes, List<CorpusSequence> sequences) {
    private static final List<String> FILES = List.of("corpus.json", "corpus.jsonl", "features.f16");

    /** Copies the list. */
    public CorpusContents {
        sequences = List.copyOf(sequences);
    }

    /** Whether a folder is a corpus. */
    public static boolean isThere(Path folder) {
        return Files.exists(folder.resolve("corpus.json"));
    }

    /** Reads a folder; IO: names what is missing; FORMAT: names file, line, what was expected and found. */
    public static CorpusContents read(Path folder) {
        require(folder);
        CorpusHeader header = CorpusHeader.read(folder.resolve("corpus.json"));
        Path lines = folder.resolve("corpus.jsonl");
        List<CorpusSequence> sequences = CorpusIndex.reading(
                        lines, header.rowBytes(), () -> size(folder.resolve("features.f16")))
                .sequences();
        long bytes =
                FILES.stream().mapToLong(name -> size(folder.resolve(name))).sum();
        return new CorpusContents(
                folder, header.target().name(), header.features(), header.rowBytes(), bytes, sequences);
    }

    /** IO: the folder isn't a corpus. */
    static void require(Path folder) {
        if (!isThere(folder)) {
            throw new GtoException(
                    GtoException.Kind.IO, folder + ": expected a corpus (a folder with corpus.json), found none");
        }
    }

    /** Bytes of a file, 0 if it isn't there. */
    static long size(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }
}
