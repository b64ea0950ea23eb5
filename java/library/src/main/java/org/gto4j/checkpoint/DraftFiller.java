package org.gto4j.checkpoint;

import java.util.Arrays;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftNet;

/** Copies a checkpoint's weights into a draft, some rows at a time. */
final class DraftFiller {
    private static final int VALUES_AT_ONCE = 1 << 20;
    private static final int MOST_VALUES = 1 << 28;

    private final DraftModel draft;
    private final DraftNet net;
    private final CheckpointTensors tensors;

    DraftFiller(DraftModel draft, CheckpointTensors tensors) {
        this.draft = draft;
        this.tensors = tensors;
        net = draft.net();
    }

    /** Where values of some rows go. */
    @FunctionalInterface
    private interface Sink {
        void write(long first, float[] values);
    }

    /** @param tied whether the head is the draft's embedding */
    void fill(DraftIds ids, boolean tied) {
        for (PublishedTensor tensor : PublishedTensor.ALL) {
            if (tensor.belongsTo(net) && tensors.has(tensor.published())) {
                copy(tensors.get(tensor.published()), tensor, ids);
            }
        }
        if (net.embedding() != null) {
            StoredTensor table = tensors.get(PublishedTensor.EMBEDDING);
            rows(table, net.width(), VALUES_AT_ONCE / net.width() + 1, draft::writeEmbedding);
        }
        if (tied) {
            tie(ids);
        }
    }

    /** Whether a table is the one that the draft uses. */
    static boolean isEmbedding(StoredTensor table, DraftModel draft) {
        boolean[] differs = {false};
        rows(table, draft.net().width(), VALUES_AT_ONCE / draft.net().width() + 1, (first, values) -> {
            float[] used = new float[values.length];
            if (!differs[0]) {
                draft.readEmbedding(first, used);
                differs[0] = !Arrays.equals(used, values);
            }
        });
        return !differs[0];
    }

    private void copy(StoredTensor stored, PublishedTensor tensor, DraftIds ids) {
        int width = tensor.isVector() ? 1 : Math.toIntExact(stored.shape().get(1));
        Sink sink = (first, values) -> draft.writeTensor(tensor.draft(), first, values);
        if (tensor.rotated()) {
            rows(stored, width, net.headDim(), (first, head) -> sink.write(first, HeadRows.neighbours(head, width)));
        } else if (tensor.published().equals(PublishedTensor.HEAD) && !ids.isInOrder()) {
            int[] places = new int[ids.rows().length];
            for (int i = 0; i < places.length; i++) {
                places[ids.rows()[i]] = i;
            }
            rows(stored, width, 1, (first, row) -> sink.write((long) places[(int) (first / width)] * width, row));
        } else {
            rows(stored, width, VALUES_AT_ONCE / width + 1, sink);
        }
    }

    private static void rows(StoredTensor stored, int width, int together, Sink sink) {
        try (TensorReader reader = TensorReader.of(stored)) {
            long block = Math.min((long) together * width, stored.size());
            if (block > MOST_VALUES) {
                throw Faults.of(
                        stored.file(), stored.field(), "heads of at most " + MOST_VALUES + " values", block + "");
            }
            float[] values = new float[(int) block];
            for (long done = 0; done < stored.size(); done += values.length) {
                if (stored.size() - done < values.length) {
                    values = Arrays.copyOf(values, (int) (stored.size() - done));
                }
                reader.read(values);
                sink.write(done, values);
            }
        }
    }

    private void tie(DraftIds ids) {
        float[] row = new float[net.width()];
        for (int i = 0; i < ids.ids().length; i++) {
            draft.readEmbedding((long) ids.ids()[i] * row.length, row);
            draft.writeTensor("output.weight", (long) i * row.length, row);
        }
    }
}
