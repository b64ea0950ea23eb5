package org.gto4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One owner a folder: who writes into a corpus, a run or an experiment holds the lock on its file {@code .lock}, which
 * says who it is; readers need none. The system drops the lock when the process dies, however it dies. Paths through
 * symbolic links lead to the same lock. Thread-safe.
 */
public final class FolderLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
    private static final String NAME = ".lock";
    /** A lock is taken a moment before its file says by whom; on a busy machine the moment may be long. */
    private static final int LOOKS = 100;

    private static final int LOOK_MILLIS = 30;
    private static final int MOST_BYTES = 4096;
    /**
     * Folders that this process owns. They must be known without a look at their lock files: the system drops a
     * process's lock on a file when the process closes any of its channels to it.
     */
    private static final Map<Object, FolderOwner> HELD = new HashMap<>();

    private final Object key;
    private final FileChannel channel;

    private FolderLock(Object key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Makes a folder if it is missing, locks it, and sweeps what dead owners left half-written in it.
     *
     * @param work what the owner does, for whoever comes second
     * @param leftovers which files the owner writes there
     * @throws GtoException IO: somebody else has it (names the process, its machine, what it does and since when), or
     *     it can't be written to
     */
    public static FolderLock take(Path folder, String work, StaleFiles leftovers) {
        Folders.make(folder);
        Path file = folder.resolve(NAME);
        FolderLock lock;
        try {
            lock = take(folder, file, FolderOwner.current(work));
        } catch (IOException e) {
            throw IoFailure.of("can't write " + file, e);
        }
        leftovers.sweep(folder);
        return lock;
    }

    /**
     * To be asked before long work that needs a folder, so that its owner is known at once: refuses a folder that
     * somebody has. Nothing is made.
     *
     * @throws GtoException IO: somebody else has it, see {@link #take}
     */
    public static void requireFree(Path folder) {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return;
        }
        synchronized (HELD) {
            try {
                FolderOwner here = HELD.get(key(folder));
                if (here != null) {
                    throw inUse(folder, here);
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    if (!lock(channel, folder)) {
                        throw inUse(folder, owner(channel));
                    }
                }
            } catch (IOException e) {
                LOG.debug("{} can't be asked; taking it will tell", file, e);
            }
        }
    }

    private static FolderLock take(Path folder, Path file, FolderOwner owner) throws IOException {
        synchronized (HELD) {
            Object key = key(folder);
            FolderOwner here = HELD.get(key);
            if (here != null) {
                throw inUse(folder, here);
            }
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                if (!lock(channel, folder)) {
                    throw inUse(folder, owner(channel));
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(owner.toJson()), 0);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            HELD.put(key, owner);
            return new FolderLock(key, channel);
        }
    }

    /** The folder itself, whatever path leads to it. */
    private static Object key(Path folder) throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        return key == null ? folder.toRealPath() : key;
    }

    private static boolean lock(FileChannel channel, Path folder) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            LOG.warn(
                    "{}: its file system has no locks ({}): a second process that writes there is noticed late",
                    folder,
                    e.toString());
            return true;
        }
    }

    private static @Nullable FolderOwner owner(FileChannel channel) throws IOException {
        for (int look = 0; look < LOOKS; look++) {
            ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
            channel.read(bytes, 0);
            byte[] json = new byte[bytes.flip().remaining()];
            bytes.get(json);
            FolderOwner owner = FolderOwner.of(json);
            if (owner != null) {
                return owner;
            }
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
        return null;
    }

    private static GtoException inUse(Path folder, @Nullable FolderOwner owner) {
        return new GtoException(
                GtoException.Kind.IO,
                folder + " is in use by " + (owner == null ? "another process" : owner)
                        + "; wait until that ends, or name another folder");
    }

    /** Gives the folder back. Twice is once. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (!channel.isOpen()) {
                return;
            }
            HELD.remove(key);
            try {
                channel.truncate(0);
            } catch (IOException e) {
                LOG.debug("the lock file can't be emptied; its next owner overwrites it", e);
            }
            try {
                channel.close();
            } catch (IOException e) {
                throw new GtoException(GtoException.Kind.IO, "can't release the lock of a folder: " + e, e);
            }
        }
    }
}
