package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What kind of thing a path leads to, links followed. */
enum FileType {
    REGULAR("a file"),
    FOLDER("a folder"),
    CHARACTER_DEVICE("a device"),
    BLOCK_DEVICE("a disk"),
    PIPE("a pipe"),
    OTHER("a socket or the like");

    private static final int TYPE_MASK = 0170000;

    private final String text;

    FileType(String text) {
        this.text = text;
    }

    static FileType of(Path file) throws IOException {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Files.isDirectory(file) ? FOLDER : Files.isRegularFile(file) ? REGULAR : OTHER;
        }
        return switch ((int) Files.getAttribute(file, "unix:mode") & TYPE_MASK) {
            case 0100000 -> REGULAR;
            case 0040000 -> FOLDER;
            case 0020000 -> CHARACTER_DEVICE;
            case 0060000 -> BLOCK_DEVICE;
            case 0010000 -> PIPE;
            default -> OTHER;
        };
    }

    /** For messages: "a pipe". */
    String text() {
        return text;
    }
}
