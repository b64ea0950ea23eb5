package org.gto4j.lab.cli;

import org.jspecify.annotations.Nullable;

/**
 * What follows a command's options; a last one whose name ends with "..." may be repeated, one in brackets left out.
 *
 * @param name for help
 * @param use what is done with the file that it names; null if it names none
 */
record Argument(String name, @Nullable FileUse use) {
    boolean isOptional() {
        return name.startsWith("[");
    }

    boolean repeats() {
        return name.endsWith("...");
    }
}
