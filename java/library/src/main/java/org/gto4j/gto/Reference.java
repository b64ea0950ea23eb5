package org.gto4j.gto;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.io.AtomicFile;
import org.gto4j.model.DraftModel;
import org.gto4j.train.DraftWeights;

/** M0, the frozen draft that a draft in training is compared with, and the rewards of its trees that are known. */
final class Reference implements AutoCloseable {
    private final DraftModel draft;
    private final DraftModel frozen;
    private final ReferenceRewards rewards = new ReferenceRewards();
    private boolean refreshed;

    /**
     * @param draft in training
     * @param start frozen as it is now; the draft itself when training begins
     */
    Reference(DraftModel draft, DraftModel start) {
        this.draft = draft;
        this.frozen = start.copy();
    }

    DraftModel model() {
        return frozen;
    }

    ReferenceRewards rewards() {
        return rewards;
    }

    /** The draft as it is now becomes the reference. */
    void refresh() {
        DraftWeights.copy(draft, frozen);
        rewards.clear();
        refreshed = true;
    }

    /** The weights, too, unless they are those that the run started with. */
    void save(Path file) {
        AtomicFile.write(file, stream -> {
            DataOutputStream out = new DataOutputStream(stream);
            rewards.write(out);
            out.writeBoolean(refreshed);
            for (String name : refreshed ? frozen.tensorNames() : List.<String>of()) {
                out.writeLong(frozen.tensorSize(name));
                DraftWeights.read(frozen, name, values -> {
                    for (float value : values) {
                        out.writeFloat(value);
                    }
                });
            }
            out.flush();
        });
    }

    /** All of it or nothing; IO: the file can't be read or is damaged. */
    void load(Path file) {
        check(file);
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            rewards.read(in);
            refreshed = in.readBoolean();
            for (String name : refreshed ? frozen.tensorNames() : List.<String>of()) {
                long size = in.readLong();
                if (size != frozen.tensorSize(name)) {
                    throw new IOException(name + ": expected " + frozen.tensorSize(name) + " values, found " + size);
                }
                DraftWeights.write(frozen, name, values -> {
                    for (int i = 0; i < values.length; i++) {
                        values[i] = in.readFloat();
                    }
                });
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read the reference from " + file + ": " + e, e);
        }
    }

    /** Reads the file's lengths, before anything is replaced. */
    private void check(Path file) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(Math.max(0, in.readInt()) * ReferenceRewards.BYTES);
            boolean other = in.readBoolean();
            for (String name : other ? frozen.tensorNames() : List.<String>of()) {
                long size = in.readLong();
                if (size != frozen.tensorSize(name)) {
                    throw new IOException(name + ": expected " + frozen.tensorSize(name) + " values, found " + size);
                }
                in.skipNBytes(size * Float.BYTES);
            }
            if (in.read() >= 0 || refreshed && !other) {
                throw new IOException(
                        "expected the reference of a draft, found more, or one from before it was refreshed");
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.IO, "can't read the reference from " + file + ": " + e, e);
        }
    }

    @Override
    public void close() {
        frozen.close();
    }
}
