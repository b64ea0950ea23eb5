package org.gto4j.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether two paths lead to one file. */
public final class FileIdentity {
    private FileIdentity() {}

    /**
     * Whether both are one file, through symbolic and hard links and relative paths; a file that isn't there yet is
     * compared by where it would be. A character device is never the same: what is written to a terminal or to
     * /dev/null isn't what is read from it.
     */
    public static boolean isSame(Path one, Path other) {
        try {
            if (Files.exists(one) && Files.exists(other)) {
                return Files.isSameFile(one, other) && FileType.of(one) != FileType.CHARACTER_DEVICE;
            }
            return Destination.followed(one).equals(Destination.followed(other));
        } catch (IOException e) {
            return one.toAbsolutePath()
                    .normalize()
                    .equals(other.toAbsolutePath().normalize());
        }
    }
}
