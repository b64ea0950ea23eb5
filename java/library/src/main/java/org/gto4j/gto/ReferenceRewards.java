package org.gto4j.gto;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Rewards of the reference's trees, which stay the same as long as it does: computed once a position, kept for later
 * epochs. They are part of a checkpoint, as a reward that is computed anew beside other rows may differ in its last
 * bit.
 */
final class ReferenceRewards {
    /** Of a reward in a file. */
    static final long BYTES = Long.BYTES + Float.BYTES;

    private final Map<Long, Float> rewards = new TreeMap<>();

    private static long key(int sequence, int row) {
        return (long) sequence << 32 | row;
    }

    @Nullable Float get(int sequence, int row) {
        return rewards.get(key(sequence, row));
    }

    void put(int sequence, int row, float reward) {
        rewards.put(key(sequence, row), reward);
    }

    void clear() {
        rewards.clear();
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(rewards.size());
        for (Map.Entry<Long, Float> entry : rewards.entrySet()) {
            out.writeLong(entry.getKey());
            out.writeFloat(entry.getValue());
        }
    }

    void read(DataInput in) throws IOException {
        rewards.clear();
        for (int left = in.readInt(); left > 0; left--) {
            long key = in.readLong();
            rewards.put(key, in.readFloat());
        }
    }
}
