package org.gto4j.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;

/** Native arrays that a handle's hot calls reuse instead of allocating; they grow as needed. */
final class EngineScratch {
    private static final int FIRST_ROOM = 64;

    private final List<Array<?>> arrays = new ArrayList<>();

    Ints ints() {
        return kept(new Ints());
    }

    Floats floats() {
        return kept(new Floats());
    }

    private <A extends Array<?>> A kept(A array) {
        arrays.add(array);
        return array;
    }

    void free() {
        arrays.forEach(array -> array.pointer.deallocate());
    }

    private abstract static class Array<P extends Pointer> {
        P pointer = allocate(FIRST_ROOM);

        abstract P allocate(long room);

        /** Room for n values; contents are lost if it has to grow. */
        P room(int n) {
            if (n > pointer.capacity()) {
                long grown = Math.max(n, 2 * pointer.capacity());
                pointer.deallocate();
                pointer = allocate(grown);
            }
            return pointer;
        }
    }

    static final class Ints extends Array<IntPointer> {
        @Override
        IntPointer allocate(long room) {
            return new IntPointer(room);
        }

        IntPointer of(int[] values) {
            return room(values.length).put(values, 0, values.length);
        }

        int[] get(int n) {
            int[] values = new int[n];
            pointer.get(values, 0, n);
            return values;
        }
    }

    static final class Floats extends Array<FloatPointer> {
        @Override
        FloatPointer allocate(long room) {
            return new FloatPointer(room);
        }

        float[] get(int n) {
            float[] values = new float[n];
            pointer.get(values, 0, n);
            return values;
        }
    }
}
