package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.Gto4j;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TrainingBatch;
import org.gto4j.tree.Children;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What trainers share with others: features, and the draft that they write. */
@Timeout(120)
class TrainerSharingTest {
    private static final int LENGTH = 6;
    private static final AdamW OPTIMIZER =
            AdamW.builder().precision(Precision.F32).build();

    private long before;
    private TargetModel target;

    @BeforeEach
    void open() {
        before = Gto4j.liveHandles();
        target = TinyModels.open(
                "--vocab",
                "14",
                "--seed",
                "5",
                "--scale",
                "2",
                "--embd",
                "16",
                "--heads",
                "2",
                "--kv-heads",
                "1",
                "--ff",
                "16",
                "--layers",
                "3");
    }

    @AfterEach
    void close() {
        target.close();
        assertEquals(before, Gto4j.liveHandles());
    }

    private Features features(long seed) {
        int hidden = target.info().hidden();
        Features features = Features.create(3, hidden, true, Features.Type.F32);
        Random random = new Random(seed);
        float[] rows = new float[LENGTH * 4 * hidden];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        features.append(rows);
        return features;
    }

    private static TrainingBatch batch(Features... features) {
        boolean[] mask = {false, true, true, true, true, true};
        List<TrainingBatch.Sequence> sequences = new ArrayList<>();
        for (Features each : features) {
            sequences.add(new TrainingBatch.Sequence(
                    each, new int[] {1, 2, 3, 4, 5, 6}, mask, new int[] {2, 3, 4, 5, 6, 7}, null));
        }
        return TrainingBatch.builder().sequences(sequences).passes(3).build();
    }

    /** Thread 1 calls a(x, y), thread 2 calls b(y, x). */
    @Test
    void trainersThatShareFeaturesInAnyOrder() {
        try (DraftModel a = TinyModels.randomDraft(target, 1);
                DraftModel b = TinyModels.randomDraft(target, 2);
                DraftTrainer first = DraftTrainer.open(target, a, OPTIMIZER);
                DraftTrainer second = DraftTrainer.open(target, b, OPTIMIZER);
                Features x = features(1);
                Features y = features(2);
                Features z = features(3)) {
            double expected = second.evaluate(batch(y, x)).objective();
            CompletableFuture<Void> other =
                    CompletableFuture.runAsync(() -> repeat(300, () -> first.accumulate(batch(x, y, z))));
            repeat(
                    300,
                    () -> assertEquals(expected, second.evaluate(batch(y, x)).objective()));
            repeat(300, () -> second.accumulate(batch(z, y, x, y)));
            other.join();
        }
    }

    private static void repeat(int times, Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    @Test
    void aDraftHasOneTrainer() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1);
                Features x = features(1)) {
            try (DraftTrainer trainer = DraftTrainer.open(target, draft, OPTIMIZER)) {
                for (int i = 0; i < 3; i++) {
                    GtoException e =
                            assertThrows(GtoException.class, () -> DraftTrainer.open(target, draft, OPTIMIZER));
                    assertEquals(GtoException.Kind.ARGUMENT, e.kind());
                    assertTrue(e.getMessage().contains("open trainer"), e.getMessage());
                }
                trainer.accumulate(batch(x));
                trainer.step(1e-2f, 1);
                try (DraftModel copy = draft.copy();
                        DraftTrainer another = DraftTrainer.open(target, copy, OPTIMIZER)) {
                    assertEquals(0, another.steps(), "a copy is another draft");
                }
            }
            try (DraftTrainer next = DraftTrainer.open(target, draft, OPTIMIZER)) {
                assertEquals(0, next.steps(), "the first one is closed");
            }
        }
    }

    /** One of many threads gets it. */
    @Test
    void trainersOfOneDraftOpenedAtOnce() throws InterruptedException {
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            ConcurrentLinkedQueue<DraftTrainer> opened = new ConcurrentLinkedQueue<>();
            ConcurrentLinkedQueue<Throwable> refused = new ConcurrentLinkedQueue<>();
            CountDownLatch start = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(new Thread(() -> {
                    try {
                        start.await();
                        opened.add(DraftTrainer.open(target, draft, OPTIMIZER));
                    } catch (GtoException | InterruptedException e) {
                        refused.add(e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            start.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(1, opened.size());
            assertEquals(7, refused.size());
            opened.remove().close();
        }
    }

    @Test
    void aTrainerKeepsAClosedDraft() {
        DraftModel draft = TinyModels.randomDraft(target, 1);
        DraftTrainer trainer = DraftTrainer.open(target, draft, OPTIMIZER);
        DraftSession session = draft.newSession(8, 8, Precision.F32);
        draft.close();
        try (Features x = features(1)) {
            Children untrained = roots(session, x);
            double first = trainer.accumulate(batch(x)).objective();
            trainer.step(0.1f, 1);
            assertTrue(trainer.evaluate(batch(x)).objective() != first);
            assertTrue(
                    !Arrays.equals(untrained.logProbs(), roots(session, x).logProbs()),
                    "a session sees what the trainer wrote");
        }
        session.close();
        trainer.close();
    }

    private static Children roots(DraftSession session, Features features) {
        session.truncate(0);
        session.extend(features, 0, 3, new int[] {2, 3, 4}, 2);
        return session.roots(new int[] {2}, 5, null);
    }

    /** Training isn't disturbed by a session that reads the draft meanwhile, nor is that session. */
    @Test
    void draftingBesideTraining() {
        int steps = 40;
        try (DraftModel draft = TinyModels.randomDraft(target, 1);
                Features x = features(1);
                Features y = features(2)) {
            float[] expected;
            try (DraftModel alone = draft.copy();
                    DraftTrainer trainer = DraftTrainer.open(target, alone, OPTIMIZER);
                    DraftSession session = alone.newSession(8, 8, Precision.F32)) {
                repeat(steps, () -> {
                    trainer.accumulate(batch(x));
                    trainer.step(1e-2f, 1);
                });
                expected = roots(session, y).logProbs();
            }
            try (DraftTrainer trainer = DraftTrainer.open(target, draft, OPTIMIZER);
                    DraftSession session = draft.newSession(8, 8, Precision.F32)) {
                CompletableFuture<Void> training = CompletableFuture.runAsync(() -> repeat(steps, () -> {
                    trainer.accumulate(batch(x));
                    trainer.step(1e-2f, 1);
                }));
                do {
                    assertTrue(isFinite(roots(session, y).logProbs()));
                } while (!training.isDone());
                training.join();
                assertArrayEquals(expected, roots(session, y).logProbs(), "trained as if nobody had looked");
            }
        }
    }

    private static boolean isFinite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void savingAndCopyingBesideTraining() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1);
                DraftTrainer trainer = DraftTrainer.open(target, draft, OPTIMIZER);
                Features x = features(1)) {
            CompletableFuture<Void> training = CompletableFuture.runAsync(() -> repeat(100, () -> {
                trainer.accumulate(batch(x));
                trainer.step(1e-2f, 1);
            }));
            while (!training.isDone()) {
                try (DraftModel copy = draft.copy()) {
                    assertTrue(isFinite(copy.tensor("fc.weight")));
                }
            }
            training.join();
        }
    }
}
