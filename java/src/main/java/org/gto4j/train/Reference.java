package org.gto4j.train;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.gto4j.DraftModel;
import org.gto4j.GtoException;
import org.gto4j.io.AtomicFile;

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
        for (String name : draft.tensorNames()) {
            frozen.setTensor(name, draft.tensor(name));
        }
        rewards.clear();
        refreshed = true;
    }

    /** The weights, too, unless they are those that the run started with. */
    void save(Path file) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(bytes))) {
            rewards.write(out);
            out.writeBoolean(refreshed);
            for (String name : refreshed ? frozen.tensorNames() : List.<String>of()) {
                float[] values = frozen.tensor(name);
                out.writeInt(values.length);
                for (float value : values) {
                    out.writeFloat(value);
                }
            }
        } catch (IOException e) {
            throw new GtoException(GtoException.Kind.INTERNAL, "can't encode the reference", e);
        }
        AtomicFile.write(file, bytes.toByteArray());
    }

    void load(Path file) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            rewards.read(in);
            refreshed = in.readBoolean();
            for (String name : refreshed ? frozen.tensorNames() : List.<String>of()) {
                float[] values = new float[in.readInt()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = in.readFloat();
                }
                frozen.setTensor(name, values);
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
