package org.gto4j.it.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.checkpoint.CheckpointFormat;
import org.gto4j.checkpoint.DraftCheckpoint;
import org.gto4j.checkpoint.DraftExport;
import org.gto4j.checkpoint.ExportOptions;
import org.gto4j.checkpoint.ImportOptions;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftNetPart;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.Chain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Published drafts compute what their own codes compute, and come back from exported folders bit for bit. */
class ImportTest {
    private static final int ROWS = 200;
    private static TargetModel target;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320");
    }

    @AfterAll
    static void close() {
        target.close();
    }

    private static DraftModel load(Path checkpoint) {
        return load(checkpoint, ImportOptions.builder().taps(1, 3, 5).build());
    }

    private static DraftModel load(Path checkpoint, ImportOptions options) {
        try (DraftCheckpoint opened = DraftCheckpoint.open(checkpoint)) {
            return opened.load(target, options);
        }
    }

    @ParameterizedTest
    @EnumSource(Published.class)
    void logitsAreThoseOfTheNet(Published layout) throws IOException {
        PlainDraft plain = layout.draft();
        layout.write(plain, folder);
        Random random = new Random(5);
        int width = 3 * Published.TARGET_WIDTH;
        List<float[]> rows = new ArrayList<>();
        float[] all = new float[ROWS * width];
        for (int row = 0; row < ROWS; row++) {
            float[] values = new float[width];
            for (int i = 0; i < width; i++) {
                values[i] = (float) random.nextGaussian();
            }
            rows.add(values);
            System.arraycopy(values, 0, all, row * width, width);
        }
        int[] next = random.ints(ROWS, 0, Published.VOCABULARY).toArray();
        try (DraftModel draft = load(folder);
                Features features = Features.create(3, Published.TARGET_WIDTH, false, Features.Type.F32);
                DraftSession session = draft.newSession(ROWS, 8)) {
            features.append(all);
            session.extend(features, 0, ROWS, next, 0);
            assertArrayEquals(plain.sizes.ids(), draft.vocabulary());
            float[] embedding = new float[Published.VOCABULARY * plain.sizes.width()];
            draft.readEmbedding(0, embedding);
            List<double[]> expected = plain.logits(rows, next, embedding);
            double worst = 0;
            for (int row = 0; row < ROWS; row++) {
                float[] logits = session.logits(row);
                for (int i = 0; i < logits.length; i++) {
                    worst = Math.max(worst, Math.abs(logits[i] - expected.get(row)[i]));
                }
            }
            assertTrue(worst < 1e-3, "largest difference " + worst);
        }
    }

    @ParameterizedTest
    @EnumSource(Published.class)
    void exportedAndImportedItHasTheSameBits(Published layout) throws IOException {
        layout.write(layout.draft(), folder.resolve("first"));
        for (CheckpointFormat format : CheckpointFormat.values()) {
            Path out = folder.resolve(format.name());
            try (DraftModel draft = load(folder.resolve("first"))) {
                boolean isPlain = draft.net().parts().isEmpty();
                draft.save(folder.resolve("first.gguf"), DraftFileType.F32);
                ExportOptions options =
                        ExportOptions.builder(format).type(DraftFileType.F32).build();
                if (format == CheckpointFormat.SGLANG && !isPlain) {
                    GtoException e = assertThrows(GtoException.class, () -> DraftExport.write(draft, out, options));
                    assertTrue(e.getMessage().contains("SGLANG"), e.getMessage());
                    continue;
                }
                DraftExport.write(draft, out, options);
            }
            try (DraftModel again = load(out, ImportOptions.builder().build())) {
                again.save(folder.resolve("again.gguf"), DraftFileType.F32);
            }
            assertEquals(
                    -1,
                    Files.mismatch(folder.resolve("first.gguf"), folder.resolve("again.gguf")),
                    "first byte that differs");
        }
    }

    /** What a folder for speculators holds of the target comes back as the target's. */
    @Test
    void anEmbeddingThatIsTheTargetsIsNotKept() throws IOException {
        Published.EAGLE.write(Published.EAGLE.draft(), folder.resolve("first"));
        ExportOptions options = ExportOptions.builder(CheckpointFormat.SPECULATORS)
                .type(DraftFileType.F32)
                .build();
        try (DraftModel draft = load(folder.resolve("first"))) {
            DraftExport.write(draft, folder.resolve("second"), options);
        }
        try (DraftModel again = load(folder.resolve("second"))) {
            assertNull(again.net().embedding());
        }
        Published.SPECFORGE.write(Published.SPECFORGE.draft(), folder.resolve("own"));
        try (DraftModel own = load(folder.resolve("own"))) {
            assertEquals(DraftFileType.F32, own.net().embedding());
        }
    }

    /** Each type of file holds what a checkpoint of that type holds. */
    @Test
    void halfPrecisionKeepsItsBits() throws IOException {
        Published.ANGELSLIM.write(Published.ANGELSLIM.draft(), folder.resolve("first"));
        try (DraftCheckpoint checkpoint = DraftCheckpoint.open(folder.resolve("first"));
                DraftModel draft =
                        checkpoint.load(target, ImportOptions.builder().build())) {
            assertEquals(DraftFileType.BF16, checkpoint.fileType());
            draft.save(folder.resolve("bf16.gguf"), checkpoint.fileType());
            for (DraftFileType type : DraftFileType.values()) {
                Path out = folder.resolve(type.name());
                DraftExport.write(
                        draft,
                        out,
                        ExportOptions.builder(CheckpointFormat.SGLANG)
                                .type(type)
                                .build());
                try (DraftModel again = load(out, ImportOptions.builder().build())) {
                    assertArrayEquals(draft.tensor("fc.weight"), again.tensor("fc.weight"), type.name());
                }
            }
            try (DraftModel again = DraftModel.load(target, folder.resolve("bf16.gguf"))) {
                for (String tensor : draft.tensorNames()) {
                    assertArrayEquals(draft.tensor(tensor), again.tensor(tensor), tensor);
                }
            }
        }
    }

    @Test
    void knowsWhatTheFilesSay() throws IOException {
        Published.SPECULATORS_WHOLE.write(Published.SPECULATORS_WHOLE.draft(), folder);
        try (DraftModel draft = load(folder, ImportOptions.builder().build())) {
            assertArrayEquals(new int[] {1, 3, 5}, draft.net().taps());
            assertTrue(draft.net().has(DraftNetPart.NORM_BEFORE_FC));
            assertTrue(draft.net().has(DraftNetPart.QKV_BIAS));
            assertEquals(5000, draft.net().ropeBase());
        }
        try (DraftModel draft = load(
                folder,
                ImportOptions.builder()
                        .ropeTheta(10_000)
                        .ropeScaling(false)
                        .taps(0, 1, 2)
                        .build())) {
            assertArrayEquals(new int[] {0, 1, 2}, draft.net().taps());
            assertEquals(10_000, draft.net().ropeBase());
            assertEquals("PLAIN", draft.net().ropeScaling().kind().name());
        }
        Path specforge = folder.resolve("specforge");
        Published.SPECFORGE.write(Published.SPECFORGE.draft(), specforge);
        try (DraftModel draft = load(specforge, ImportOptions.builder().build())) {
            assertArrayEquals(new int[] {1, 3, 5}, draft.net().taps(), "blocks counted by their outputs");
        }
    }

    @Test
    void decodesTheTargetsText() throws IOException {
        Published.EAGLE_WIDER.write(Published.EAGLE_WIDER.draft(), folder);
        String plain;
        int[] prompt = {84, 101, 108, 108};
        GenerationOptions options = GenerationOptions.builder().maxTokens(24).build();
        try (TreeDecoder decoder = TreeDecoder.builder(target).build()) {
            plain = decoder.generate(prompt, options).text();
        }
        try (DraftModel draft = load(folder);
                TreeDecoder decoder = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(new Chain(4))
                        .build()) {
            assertEquals(plain, decoder.generate(prompt, options).text());
        }
    }

    /** A draft that was trained here has a feature scale, which is no part of other formats. */
    @Test
    void theFeatureScaleIsFoldedIn() {
        int[] ids = IntStream.range(0, 100).toArray();
        try (DraftModel draft = DraftModel.create(
                        target,
                        org.gto4j.model.DraftConfig.builder()
                                .vocabulary(ids)
                                .taps(1, 3, 5)
                                .build());
                Features features = Features.create(3, Published.TARGET_WIDTH, false, Features.Type.F32)) {
            float[] rows = new float[30 * 3 * Published.TARGET_WIDTH];
            Random random = new Random(3);
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (1 + i % 7) * (float) random.nextGaussian();
            }
            features.append(rows);
            draft.fitScale(features);
            float[] scale = draft.featureScale();
            float[] fc = draft.tensor("fc.weight");
            DraftExport.write(
                    draft,
                    folder,
                    ExportOptions.builder(CheckpointFormat.SPECULATORS)
                            .type(DraftFileType.F32)
                            .build());
            try (DraftModel again = load(folder)) {
                float[] folded = again.tensor("fc.weight");
                for (int i = 0; i < fc.length; i++) {
                    assertEquals(fc[i] * scale[i % scale.length], folded[i]);
                }
            }
        }
    }
}
