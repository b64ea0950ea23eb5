package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.Gto4j;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HandleTest {
    private static final String[] TINY = {"--vocab", "14", "--seed", "5", "--scale", "2"};
    private static final GenerationOptions SHORT =
            GenerationOptions.builder().maxTokens(8).build();

    private long before;

    @BeforeEach
    void count() {
        before = Gto4j.liveHandles();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(before, Gto4j.liveHandles());
    }

    @Test
    void anyOrderOfClosingIsSafe() throws Exception {
        for (int seed = 0; seed < 24; seed++) {
            Device device = Device.cpu(1);
            TargetModel target = TargetModel.open(device, TinyModels.target(TINY));
            DraftModel draft = TinyModels.randomDraft(target, 1);
            DraftModel copy = draft.copy();
            TargetSession session = target.newSession(
                    SessionOptions.builder().context(64).sequences(4).build());
            Sampler sampler = Sampler.open(target, SamplerOptions.greedy());
            DraftSession draftSession = draft.newSession(64, 16);
            DraftTrainer trainer =
                    DraftTrainer.open(target, copy, AdamW.builder().build());
            Features features = Features.create(3, target.info().hidden(), false, Features.Type.F16);
            TreeDecoder decoder = TreeDecoder.builder(target)
                    .draft(draft)
                    .policy(new DynamicTree(2, 2, 4))
                    .context(64)
                    .build();
            assertTrue(Gto4j.liveHandles() > before + 9);
            List<AutoCloseable> handles = new ArrayList<>(
                    List.of(device, target, draft, copy, session, sampler, draftSession, trainer, features, decoder));
            Collections.shuffle(handles, new Random(seed));
            for (AutoCloseable handle : handles) {
                handle.close();
                handle.close();
            }
            assertEquals(before, Gto4j.liveHandles(), "order " + seed);
        }
    }

    @Test
    void aDecoderOutlivesItsModels() {
        TargetModel target = TinyModels.open(TINY);
        int[] prompt = {target.info().bos(), 1, 2};
        DraftModel draft = TinyModels.randomDraft(target, 1);
        TreeDecoder decoder =
                TreeDecoder.builder(target).draft(draft).context(64).build();
        Generation first = decoder.generate(prompt, SHORT);
        target.close();
        draft.close();
        assertEquals(first.text(), decoder.generate(prompt, SHORT).text());
        decoder.close();
    }

    @Test
    void useAfterCloseThrows() throws Exception {
        TargetModel target = TinyModels.open(TINY);
        DraftModel draft = TinyModels.randomDraft(target, 1);
        TargetSession session =
                target.newSession(SessionOptions.builder().context(64).build());
        Sampler sampler = Sampler.open(target, SamplerOptions.greedy());
        Features features = Features.create(3, 8, false, Features.Type.F32);
        DraftSession draftSession = draft.newSession(64, 16);
        TreeDecoder decoder = TreeDecoder.builder(target).context(64).build();
        for (AutoCloseable handle : List.of(target, draft, session, sampler, features, draftSession, decoder)) {
            handle.close();
        }
        Map<String, Runnable> calls = Map.of(
                "TargetModel",
                () -> target.tokenize("a", true, true),
                "DraftModel",
                draft::vocabulary,
                "TargetSession",
                session::clear,
                "Sampler",
                sampler::reset,
                "Features",
                features::rows,
                "DraftSession",
                draftSession::rows,
                "TreeDecoder",
                () -> decoder.generate(new int[] {1}, SHORT));
        calls.forEach((name, call) -> {
            IllegalStateException e = assertThrows(IllegalStateException.class, call::run);
            assertTrue(e.getMessage().startsWith(name) && e.getMessage().endsWith("is closed"), e.getMessage());
        });
        assertThrows(
                IllegalStateException.class,
                () -> target.newSession(SessionOptions.builder().build()));
        assertThrows(IllegalStateException.class, () -> DraftModel.load(target, target.path()));
        assertEquals(14, target.info().vocabulary(), "what is known needs no open handle");
    }

    @Test
    void closeWaitsForAGenerationInFlight() throws InterruptedException {
        TargetModel target = TinyModels.open(TINY);
        DraftModel draft = TinyModels.randomDraft(target, 1);
        TreeDecoder decoder =
                TreeDecoder.builder(target).draft(draft).context(512).build();
        CountDownLatch begun = new CountDownLatch(1);
        AtomicReference<Generation> generation = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        SamplerOptions sampler = SamplerOptions.builder().temperature(1).seed(3).build();
        Thread generator = new Thread(() -> {
            try {
                generation.set(decoder.generate(
                        new int[] {target.info().bos(), 2},
                        new GenerationOptions(200, sampler),
                        text -> begun.countDown()));
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        generator.start();
        begun.await();
        draft.close();
        target.close();
        decoder.close();
        assertEquals(before, Gto4j.liveHandles(), "close returned when the generation was done");
        generator.join();
        assertNull(failure.get());
        assertTrue(generation.get().tokens().length > 0);
    }

    @Test
    void oneSessionUsedByManyThreadsWorksOneCallAtATime() throws InterruptedException {
        try (TargetModel target = TinyModels.open(TINY);
                TreeDecoder decoder = TreeDecoder.builder(target).context(64).build()) {
            int[] prompt = {target.info().bos(), 1, 2};
            String expected = decoder.generate(prompt, SHORT).text();
            List<String> texts = Collections.synchronizedList(new ArrayList<>());
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(new Thread(
                        () -> texts.add(decoder.generate(prompt, SHORT).text())));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(Collections.nCopies(4, expected), texts);
        }
    }

    @Test
    void aListenerThatThrowsOrClosesLeavesTheDecoderUsable() {
        try (TargetModel target = TinyModels.open(TINY);
                DraftModel draft = TinyModels.randomDraft(target, 1);
                TreeDecoder decoder =
                        TreeDecoder.builder(target).draft(draft).context(64).build()) {
            int[] prompt = {target.info().bos(), 1, 2};
            String expected = decoder.generate(prompt, SHORT).text();
            assertThrows(
                    ArithmeticException.class,
                    () -> decoder.generate(prompt, SHORT, text -> {
                        throw new ArithmeticException();
                    }));
            assertThrows(IllegalStateException.class, () -> decoder.generate(prompt, SHORT, text -> decoder.close()));
            assertEquals(expected, decoder.generate(prompt, SHORT).text());
        }
    }

    @Test
    void anOpenThatFailsLeavesNothing() {
        assertThrows(RuntimeException.class, () -> TargetModel.open(Path.of("no-such-file.gguf")));
        try (TargetModel target = TinyModels.open(TINY)) {
            long open = Gto4j.liveHandles();
            assertThrows(
                    RuntimeException.class,
                    () -> target.newSession(
                            SessionOptions.builder().taps(new int[] {0, 1, 99}).build()));
            assertThrows(RuntimeException.class, () -> DraftModel.load(target, target.path()));
            assertEquals(open, Gto4j.liveHandles());
        }
    }
}
