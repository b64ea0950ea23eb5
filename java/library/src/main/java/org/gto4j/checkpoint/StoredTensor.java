package org.gto4j.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor in a file, row-major, without its values.
 *
 * @param size number of values; its bytes are known to be in the file
 */
record StoredTensor(Path file, String name, ElementType type, List<Long> shape, long size, Bytes bytes) {
    /** Opens the bytes of the values. */
    @FunctionalInterface
    interface Bytes {
        InputStream open() throws IOException;
    }

    /** Number of values of a shape; -1 if a side is negative or the bytes of 8-byte values aren't countable. */
    static long sizeOf(List<Long> shape) {
        long size = 1;
        for (long side : shape) {
            if (side < 0 || side > 0 && size > Long.MAX_VALUE / Long.BYTES / side) {
                return -1;
            }
            size *= side;
        }
        return size;
    }

    String field() {
        return "tensor " + Faults.shown(name);
    }

    String sides() {
        return shape.isEmpty()
                ? "one value"
                : shape.stream().map(String::valueOf).collect(Collectors.joining(" x "));
    }

    /** The tensor, if it has this shape. */
    StoredTensor expect(long... sides) {
        boolean same = shape.size() == sides.length;
        for (int i = 0; same && i < sides.length; i++) {
            same = shape.get(i) == sides[i];
        }
        if (!same) {
            StoredTensor expected = new StoredTensor(
                    file, name, type, java.util.Arrays.stream(sides).boxed().toList(), 0, bytes);
            throw Faults.of(file, field(), expected.sides(), sides());
        }
        return this;
    }
}
