package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What kills leave: temporary files NAME.tmp, NAME.tmpPROCESS or NAME.tmpPROCESS-NUMBER of files that are written whole
 * or not at all. Immutable.
 */
public final class StaleFiles {
    private static final Logger LOG = LoggerFactory.getLogger(StaleFiles.class);
    private static final String SUFFIX = "\\.tmp(?:(?<process>\\d{1,18})(?:-\\d+)?)?";

    private final Pattern pattern;

    private StaleFiles(String names) {
        pattern = Pattern.compile("(?:" + names + ")" + SUFFIX);
    }

    /** Leftovers of files whose whole names match a regular expression (without named groups). */
    public static StaleFiles of(String names) {
        return new StaleFiles(names);
    }

    /**
     * Deletes them in a folder that the caller owns. Those of a process that lives stay, unless that is this one, which
     * writes nothing there yet. What can't be deleted stays, with a warning.
     */
    void sweep(Path folder) {
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> isLeft(file)).toList();
        } catch (IOException e) {
            LOG.warn("{}: can't look for what a kill left there: {}", folder, e.toString());
            return;
        }
        for (Path file : found) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warn("{}, which a kill left, can't be deleted: {}", file, e.toString());
            }
        }
    }

    private boolean isLeft(Path file) {
        Matcher name = pattern.matcher(file.getFileName().toString());
        if (!name.matches() || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        String process = name.group("process");
        return process == null
                || Long.parseLong(process) == ProcessHandle.current().pid()
                || ProcessHandle.of(Long.parseLong(process)).isEmpty();
    }
}
