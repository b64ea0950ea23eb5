package org.gto4j.lab.cli;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.io.GgufParts;

/** What a command does with the file or folder that an option or argument names. */
@SuppressWarnings("ImmutableEnumChecker") // its lists are
enum FileUse {
    /** Reads a GGUF, and all parts of a split one. */
    GGUF_IN(false),
    /** Reads the same, or what the folder of a training run or a quickstart says of it. */
    GGUF_OR_RUN_IN(false, List.of("{config,quickstart}.json", "metrics.jsonl")),
    /** Reads lines of prompts or texts; "-" is standard input. */
    TEXTS_IN(false),
    /** Reads a file. */
    FILE_IN(false),
    /** Reads a corpus. */
    CORPUS_IN(false, Names.CORPUS),
    /** Reads a corpus, or lines of prompts or texts. */
    CORPUS_OR_TEXTS_IN(false, Names.CORPUS),
    /** Reads a training run, or a draft in its folder. */
    RUN_IN(false, Names.RUN, Names.DRAFTS),
    /** Reads a draft as other projects publish them: a folder, or the file of its weights beside config.json. */
    CHECKPOINT_IN(false, Names.CHECKPOINT),
    /** Writes a whole file, or the files of a checkpoint into a folder; old ones are replaced. */
    DRAFT_OUT(true, Names.CHECKPOINT),
    /** Writes a whole file; the old one is replaced. */
    FILE_OUT(true),
    /** Reads a file and appends to it. */
    LOG_OUT(true),
    /** Fills a corpus. */
    CORPUS_OUT(true, Names.CORPUS),
    /** Trains in a folder, and may fill a corpus below. */
    RUN_OUT(true, Names.RUN, under("corpus", Names.CORPUS)),
    /** Trains arms, each in a folder of its own below ({@link #RUN_OUT}): one may go on from another's draft. */
    EXPERIMENT_OUT(true, List.of("results.json", "report.html", "decoded.jsonl", "arms/*/held-back-*.json")),
    /** All of a quickstart. */
    QUICKSTART_OUT(
            true,
            List.of("{quickstart,results}.json", "measurements.jsonl", "report.html"),
            Names.DRAFTS,
            under("corpus", Names.CORPUS),
            under("phase[12]", Names.RUN));

    private final boolean written;
    /** Globs of what is read or written in a folder. */
    private final List<String> names;

    @SafeVarargs
    @SuppressWarnings("varargs") // the lists are read only
    FileUse(boolean written, List<String>... names) {
        this.written = written;
        this.names = List.of(names).stream().flatMap(List::stream).toList();
    }

    /** What folders of this program hold. */
    private static final class Names {
        static final List<String> CORPUS = List.of("corpus.{json,jsonl}", "features.f16");
        static final List<String> RUN = List.of(
                "{config,best}.json",
                "metrics.jsonl",
                "{start,draft,best}.gguf",
                "{state,extra}-*.bin",
                "progress-*.json");
        static final List<String> CHECKPOINT = List.of("*.{json,safetensors,bin}");
        static final List<String> DRAFTS = List.of("draft-{eagle3,gto}.gguf");
    }

    private static List<String> under(String folder, List<String> names) {
        return names.stream().map(name -> folder + "/" + name).toList();
    }

    /** Whether "-" is standard input. */
    boolean takesStandardInput() {
        return this == TEXTS_IN || this == CORPUS_OR_TEXTS_IN;
    }

    boolean isWritten() {
        return written;
    }

    /** Whether a folder is filled, rather than one file, where {@code path} is given. */
    boolean isFolderOut(Path path) {
        return written && !names.isEmpty() && (this != DRAFT_OUT || Files.isDirectory(path));
    }

    /** Whether {@code path} must be a model, which is a file. */
    boolean isModel(Path path) {
        return this == GGUF_IN || this == GGUF_OR_RUN_IN && !Files.isDirectory(path);
    }

    /** The files that are there and are read, or would be written, where {@code path} is given. */
    List<Path> files(Path path) {
        if (isModel(path)) {
            return GgufParts.of(path);
        }
        if (!Files.isDirectory(path)) {
            return isFolderOut(path) ? List.of() : List.of(path);
        }
        List<Path> found = new ArrayList<>();
        names.forEach(name -> addMatches(path, List.of(name.split("/")), found));
        return found;
    }

    private static void addMatches(Path folder, List<String> globs, List<Path> found) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, globs.get(0))) {
            for (Path entry : entries) {
                if (globs.size() == 1) {
                    found.add(entry);
                } else if (Files.isDirectory(entry)) {
                    addMatches(entry, globs.subList(1, globs.size()), found);
                }
            }
        } catch (IOException e) {
            // A folder that can't be listed says so when the command uses it.
        }
    }
}
