package org.gto4j.lab.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The process's descriptor 1. It remembers why it failed, which a PrintStream keeps to itself. Not thread-safe but for
 * {@link #failure}.
 */
final class StandardOutput extends OutputStream {
    private static final String NOBODY_READS = "Broken pipe";

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);
    private volatile @Nullable String failure;

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = failure == null ? e.getMessage() : failure;
            throw e;
        }
    }

    /** Why it failed first; null if it didn't. */
    @Nullable String failure() {
        return failure;
    }

    /** Whether the reader of a pipe has had enough, as head has. */
    boolean isClosedPipe() {
        return NOBODY_READS.equals(failure);
    }
}
