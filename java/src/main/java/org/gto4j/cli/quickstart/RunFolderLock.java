package org.gto4j.cli.quickstart;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.gto4j.GtoException;
import org.gto4j.io.Folders;

/** Keeps a second process out of a run's folder; the system drops the lock when the process dies. */
final class RunFolderLock implements AutoCloseable {
    private final FileChannel channel;

    private RunFolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the folder if it is missing and locks it; IO: can't be written, or another process has it. */
    static RunFolderLock take(Path folder) {
        Folders.make(folder);
        Path file = folder.resolve(".lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new GtoException(GtoException.Kind.IO, folder + " is in use by another run");
            }
            return new RunFolderLock(channel);
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't write " + file + ": " + e, e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't release the lock of the run's folder: " + e, e);
        }
    }
}
