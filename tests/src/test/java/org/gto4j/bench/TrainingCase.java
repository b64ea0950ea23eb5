package org.gto4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.gto4j.model.AdamW;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftInfo;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;

/**
 * One micro-batch that is the same for all who train on it: random features and tokens, all of it response, no row ever
 * leaves.
 */
final class TrainingCase implements AutoCloseable {
    private static final float LEARNING_RATE = 1e-4f;
    private static final float CLIP = 0.5f;
    private static final int TAPS = 3;

    private final int[] tokens;
    private final int[] argmax;
    private final float[][] rows;
    private final Features features;
    private final DraftModel draft;
    private final DraftTrainer trainer;
    private final TrainingBatch batch;

    TrainingCase(TargetModel target, int length, int passes, int vocabulary, Precision precision) {
        SplittableRandom random = new SplittableRandom(1);
        tokens = random.ints(length, 0, vocabulary).toArray();
        argmax = random.ints(length, 0, vocabulary).toArray();
        int hidden = target.info().hidden();
        rows = new float[length][(TAPS + 1) * hidden];
        features = Features.create(TAPS, hidden, true, Features.Type.F16);
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = random.nextInt(-128, 128) / 64f; // exact in F16
            }
            features.append(row);
        }
        draft = DraftModel.create(
                target,
                DraftConfig.builder()
                        .vocabulary(IntStream.range(0, vocabulary).toArray())
                        .taps(target.defaultTaps())
                        .build());
        AdamW optimizer = AdamW.builder().precision(precision).build();
        trainer = DraftTrainer.open(target, draft, optimizer);
        boolean[] response = new boolean[length];
        Arrays.fill(response, true);
        batch = TrainingBatch.builder()
                .sequences(List.of(new TrainingBatch.Sequence(features, tokens, response, argmax, null)))
                .passes(passes)
                .build();
    }

    DraftTrainer trainer() {
        return trainer;
    }

    /** Forward, backward, clip and AdamW; returns the loss before the update. */
    double step() {
        double loss = trainer.accumulate(batch).objective();
        trainer.step(LEARNING_RATE, CLIP);
        return loss;
    }

    /**
     * The weights as they are now and the micro-batch: a line of JSON, then the tensors and the features [length x 4
     * hidden], F32, little-endian.
     */
    void write(Path file) throws IOException {
        DraftInfo info = draft.info();
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("hidden", info.hidden());
        header.put("heads", info.heads());
        header.put("kv_heads", info.kvHeads());
        header.put("head_dim", info.headDim());
        header.put("feed_forward", info.feedForward());
        header.put("vocabulary", info.draftVocabulary());
        header.put("rope_base", info.ropeBase());
        header.put("epsilon", info.rmsEpsilon());
        header.put("passes", batch.passes());
        header.put("decay", batch.stepDecay());
        header.put("learning_rate", LEARNING_RATE);
        header.put("clip", CLIP);
        header.put("tokens", tokens);
        header.put("tensors", draft.tensorNames());
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            out.write((new ObjectMapper().writeValueAsString(header) + "\n").getBytes(StandardCharsets.UTF_8));
            for (String name : draft.tensorNames()) {
                write(out, draft.tensor(name));
            }
            for (float[] row : rows) {
                write(out, row);
            }
        }
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        out.write(bytes.array());
    }

    @Override
    public void close() {
        trainer.close();
        draft.close();
        features.close();
    }
}
