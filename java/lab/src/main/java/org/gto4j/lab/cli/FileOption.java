package org.gto4j.lab.cli;

import org.apache.commons.cli.Option;
import org.jspecify.annotations.Nullable;

/** An option whose value names a file or folder, and what the command does with it. */
final class FileOption extends Option {
    private static final long serialVersionUID = 1L;

    private final FileUse use;
    /** What is used if it isn't given; null: nothing. */
    private @Nullable String otherwise;

    FileOption(@Nullable String shortName, String name, String argument, FileUse use, String description) {
        super(shortName, name, true, description);
        setArgName(argument);
        this.use = use;
    }

    /** @param path used if the option isn't given */
    FileOption otherwise(String path) {
        otherwise = path;
        return this;
    }

    @Nullable String otherwise() {
        return otherwise;
    }

    FileUse use() {
        return use;
    }
}
