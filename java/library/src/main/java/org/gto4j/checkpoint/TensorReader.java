package org.gto4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.gto4j.error.GtoException;
import org.gto4j.io.IoFailure;

/** Values of a tensor, one after the other. */
final class TensorReader implements AutoCloseable {
    private static final int VALUES_AT_ONCE = 1 << 16;

    private final StoredTensor tensor;
    private final InputStream input;
    private final byte[] buffer;
    private long read;

    private TensorReader(StoredTensor tensor) throws IOException {
        this.tensor = tensor;
        input = tensor.bytes().open();
        buffer = new byte
                [(int) Math.min(tensor.size(), VALUES_AT_ONCE) * tensor.type().bytes()];
    }

    static TensorReader of(StoredTensor tensor) {
        try {
            return new TensorReader(tensor);
        } catch (IOException e) {
            throw IoFailure.of("can't read " + tensor.file() + ", " + tensor.field(), e);
        }
    }

    /** All values of an integer tensor. */
    static long[] whole(StoredTensor tensor) {
        if (tensor.type().isReal()) {
            throw Faults.of(
                    tensor.file(),
                    tensor.field(),
                    "whole numbers",
                    tensor.type().name());
        }
        if (tensor.size() > Integer.MAX_VALUE) {
            throw Faults.of(tensor.file(), tensor.field(), "at most " + Integer.MAX_VALUE + " values", tensor.sides());
        }
        long[] values = new long[(int) tensor.size()];
        try (TensorReader reader = of(tensor)) {
            for (int done = 0; done < values.length; ) {
                int n = Math.min(VALUES_AT_ONCE, values.length - done);
                ByteBuffer part = reader.next(n);
                for (int i = 0; i < n; i++) {
                    values[done + i] = tensor.type().whole(part);
                }
                done += n;
            }
        }
        return values;
    }

    /** The next values, as many as {@code into} holds, of a tensor of real numbers; each must be finite. */
    void read(float[] into) {
        if (!tensor.type().isReal()) {
            throw Faults.of(
                    tensor.file(), tensor.field(), "real numbers", tensor.type().name());
        }
        for (int done = 0; done < into.length; ) {
            int n = Math.min(VALUES_AT_ONCE, into.length - done);
            ByteBuffer part = next(n);
            for (int i = 0; i < n; i++) {
                float value = tensor.type().real(part);
                if (!Float.isFinite(value)) {
                    throw new GtoException(
                            GtoException.Kind.NUMERIC,
                            tensor.file() + ": " + tensor.field() + ", value " + (read - n + i)
                                    + ": expected a finite number, found " + value);
                }
                into[done + i] = value;
            }
            done += n;
        }
    }

    private ByteBuffer next(int n) {
        int bytes = n * tensor.type().bytes();
        try {
            if (input.readNBytes(buffer, 0, bytes) < bytes) {
                throw new GtoException(
                        GtoException.Kind.IO, tensor.file() + ": " + tensor.field() + ": the file ends within it");
            }
        } catch (IOException e) {
            throw IoFailure.of("can't read " + tensor.file() + ", " + tensor.field(), e);
        }
        read += n;
        return ByteBuffer.wrap(buffer, 0, bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void close() {
        try {
            input.close();
        } catch (IOException e) {
            throw IoFailure.of("can't read " + tensor.file() + ", " + tensor.field(), e);
        }
    }
}
