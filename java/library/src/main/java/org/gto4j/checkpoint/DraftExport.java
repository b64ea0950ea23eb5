package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftInfo;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftNet;
import org.gto4j.model.DraftNetPart;
import org.gto4j.model.RopeScaling;

/** Writes drafts as folders of config.json and model.safetensors for other engines. */
public final class DraftExport {
    private static final int VALUES_AT_ONCE = 1 << 20;

    private final DraftModel draft;
    private final DraftInfo info;
    private final DraftNet net;
    private final Path weights;
    private final ExportOptions options;
    private final SafetensorsWriter file = new SafetensorsWriter();

    private DraftExport(DraftModel draft, Path weights, ExportOptions options) {
        this.draft = draft;
        info = draft.info();
        net = draft.net();
        this.weights = weights;
        this.options = options;
    }

    /**
     * Writes config.json and model.safetensors into a folder, which is made if it isn't there. Each file is whole: the
     * old one or the new one.
     *
     * @throws GtoException ARGUMENT: the format has no word for a part of the net, which is named; NUMERIC: a weight
     *     isn't finite, or beyond the type; IO: can't be written
     */
    public static void write(DraftModel draft, Path folder, ExportOptions options) {
        Path weights = folder.resolve("model.safetensors");
        DraftExport export = new DraftExport(draft, weights, options);
        export.requireParts();
        export.requireScaling();
        ObjectNode config = new ExportedConfig(export.info, export.net, options).json();
        export.addTensors();
        export.file.write(weights);
        JsonFile.write(folder.resolve("config.json"), config);
    }

    private void requireParts() {
        Set<DraftNetPart> missing =
                switch (options.format()) {
                    case SGLANG ->
                        EnumSet.of(
                                DraftNetPart.NORM_BEFORE_RESIDUAL,
                                DraftNetPart.NORM_BEFORE_FC,
                                DraftNetPart.QKV_BIAS,
                                DraftNetPart.OUTPUT_BIAS);
                    case SPECULATORS -> EnumSet.of(DraftNetPart.FC_BIAS);
                };
        missing.retainAll(net.parts());
        if (!missing.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "the draft can't be written for " + options.format() + ": it has no word for " + missing);
        }
        if (net.has(DraftNetPart.QKV_BIAS) != net.has(DraftNetPart.OUTPUT_BIAS)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "the draft can't be written for " + options.format()
                            + ": its attention has biases of the output alone, or none there");
        }
    }

    private void requireScaling() {
        if (net.ropeScaling().kind() == RopeScaling.Kind.FACTORS) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "the draft can't be written for " + options.format()
                            + ": its rotary positions have factors of its target that config.json has no word for");
        }
    }

    private void addTensors() {
        String layer = options.format() == CheckpointFormat.SGLANG ? "midlayer." : "layers.0.";
        for (PublishedTensor tensor : PublishedTensor.ALL) {
            if (!tensor.belongsTo(net)) {
                continue;
            }
            DraftFileType type = tensor.isVector() ? DraftFileType.F32 : options.type();
            String name = tensor.published().replace(PublishedTensor.LAYER, layer);
            long[] sides = tensor.sides(net, info.hidden(), info.draftVocabulary());
            file.add(name, ElementType.valueOf(type.name()), sides, out -> write(tensor, sides, type, name, out));
        }
        DraftFileType embedding = net.embedding();
        if (embedding == null && options.format() == CheckpointFormat.SPECULATORS) {
            embedding = options.type(); // speculators fills in what is missing with random numbers
        }
        if (embedding != null) {
            addEmbedding(embedding);
        }
        if (info.draftVocabulary() < info.vocabulary()) {
            addVocabulary();
        }
    }

    private void write(PublishedTensor tensor, long[] sides, DraftFileType type, String name, OutputStream out)
            throws IOException {
        int width = sides.length == 1 ? 1 : (int) sides[1];
        long size = sides[0] * width;
        boolean isFusion = tensor.draft().equals("fc.weight");
        float[] scale = isFusion ? draft.featureScale() : new float[0];
        int together = tensor.rotated() ? net.headDim() : VALUES_AT_ONCE / width + 1;
        for (long done = 0; done < size; ) {
            float[] values = new float[(int) Math.min((long) together * width, size - done)];
            draft.readTensor(tensor.draft(), done, values);
            for (int i = 0; i < values.length && isFusion; i++) {
                values[i] *= scale[i % width];
            }
            float[] rows = tensor.rotated() ? HeadRows.halves(values, width) : values;
            out.write(bytes(rows, type, name, done));
            done += values.length;
        }
    }

    private byte[] bytes(float[] values, DraftFileType type, String name, long first) {
        for (int i = 0; i < values.length; i++) {
            if (!RealBytes.holds(type, values[i])) {
                throw new GtoException(
                        GtoException.Kind.NUMERIC,
                        weights + ": can't be written: the draft's " + name + "[" + (first + i) + "] is " + values[i]
                                + ", which " + type + " can't hold");
            }
        }
        return RealBytes.of(type, values);
    }

    private void addEmbedding(DraftFileType type) {
        String name = PublishedTensor.EMBEDDING;
        long[] sides = {info.vocabulary(), net.width()};
        file.add(name, ElementType.valueOf(type.name()), sides, out -> {
            long size = sides[0] * sides[1];
            for (long done = 0; done < size; ) {
                float[] values = new float[(int) Math.min(VALUES_AT_ONCE, size - done)];
                draft.readEmbedding(done, values);
                out.write(bytes(values, type, name, done));
                done += values.length;
            }
        });
    }

    private void addVocabulary() {
        int[] ids = draft.vocabulary();
        ByteBuffer offsets = ByteBuffer.allocate(ids.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        byte[] has = new byte[info.vocabulary()];
        for (int i = 0; i < ids.length; i++) {
            offsets.putLong(ids[i] - i);
            has[ids[i]] = 1;
        }
        file.add(
                PublishedTensor.DRAFT_TO_TARGET,
                ElementType.I64,
                new long[] {ids.length},
                out -> out.write(offsets.array()));
        file.add(PublishedTensor.TARGET_TO_DRAFT, ElementType.BOOL, new long[] {has.length}, out -> out.write(has));
    }
}
