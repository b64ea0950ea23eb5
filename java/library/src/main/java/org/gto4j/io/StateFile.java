package org.gto4j.io;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small JSON file that nothing can make again, and beside it, as NAME.old, what it held before it was last written
 * (at first the same): if the file is damaged, the older one is taken. Used by one thread of the folder's owner.
 */
public final class StateFile {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

    private final Path file;
    private final Path old;
    private @Nullable ObjectNode last;

    /** Reads nothing yet. */
    public StateFile(Path file) {
        this.file = file;
        this.old = file.resolveSibling(file.getFileName() + ".old");
    }

    /** The file. */
    public Path path() {
        return file;
    }

    /** Whether there is a file, damaged or not. */
    public boolean exists() {
        return Files.exists(file);
    }

    /**
     * What the file holds; of a damaged file what it held before, with a warning.
     *
     * @param parse makes something of it; throws a {@link GtoException} of kind FORMAT if a field isn't what it should
     *     be
     * @return empty if there is no file, or both are damaged (which is warned of, too)
     */
    public <T> Optional<T> read(Function<JsonFile, T> parse) {
        if (!exists()) {
            return Optional.empty();
        }
        Optional<T> now = read(file, parse);
        return now.isPresent() || !Files.exists(old) ? now : read(old, parse);
    }

    private <T> Optional<T> read(Path from, Function<JsonFile, T> parse) {
        try {
            JsonFile json = JsonFile.read(from);
            T parsed = parse.apply(json);
            last = json.json();
            if (!from.equals(file)) {
                LOG.warn("{}: the older {} is taken", file, from.getFileName());
            }
            return Optional.of(parsed);
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.FORMAT && e.kind() != GtoException.Kind.IO) {
                throw e;
            }
            LOG.warn("damaged: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Writes the file, after what it held before went into the older one; IO: names the file. */
    public void write(ObjectNode json) {
        Folders.setAside(old);
        Folders.setAside(file);
        JsonFile.write(old, last == null ? json : last);
        JsonFile.write(file, json);
        last = json;
    }
}
