package org.gto4j.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

import org.gto4j.GtoException;
import org.gto4j.io.AtomicFile;
import org.jspecify.annotations.Nullable;

/**
 * Rewards of the reference's trees, which never change: computed once a position, kept for later epochs. They are part of a checkpoint, as
 * a reward that is computed anew beside other rows may differ in its last bit.
 */
final class ReferenceRewards {
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

    void save(Path file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(rewards.size());
            for (Map.Entry<Long, Float> entry : rewards.entrySet()) {
                out.writeLong(entry.getKey());
                out.writeFloat(entry.getValue());
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.INTERNAL, "can't encode the reference's rewards", e);
        }
        AtomicFile.write(file, bytes.toByteArray());
    }

    void load(Path file) {
        rewards.clear();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            for (int left = in.readInt(); left > 0; left--) {
                long key = in.readLong();
                rewards.put(key, in.readFloat());
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read the reference's rewards from " + file + ": " + e, e);
        }
    }
}
