package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.gto4j.Cancellation;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TextStream;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Gto4j;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads on one model, with streams left, generations cancelled and decoders closed while others use them:
 * nothing leaks, hangs or aborts.
 */
class StressTest {
    private static final int THREADS = 8;
    private static final int REQUESTS = 200;
    private static final long MOST_GROWTH = 32L << 20;

    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLeftBehind() throws Exception {
        long handles = Gto4j.liveHandles();
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3");
                DraftModel draft = TinyModels.randomDraft(target, 7)) {
            run(target, draft, REQUESTS / 2); // heap, code cache and thread arenas come to their size
            long before = residentBytes();
            run(target, draft, REQUESTS / 2);
            long growth = residentBytes() - before;
            System.out.println("resident memory grew by " + (growth >> 20) + " MiB; " + done + " done, " + cancelled
                    + " cancelled, " + closed + " closed");
            assertTrue(growth < MOST_GROWTH, "resident memory grew by " + (growth >> 20) + " MiB");
        }
        assertEquals(handles, Gto4j.liveHandles());
        assertTrue(
                done.get() > 0 && cancelled.get() > 0 && closed.get() > 0,
                done + " done, " + cancelled + " cancelled, " + closed + " closed");
    }

    private void run(TargetModel target, DraftModel draft, int requests) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> users = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int user = i;
            users.add(threads.submit(() -> new User(target, draft, new SplittableRandom(user)).use(requests)));
        }
        for (Future<?> user : users) {
            user.get();
        }
        threads.shutdown();
    }

    private static void closeQuietly(AutoCloseable handle) {
        try {
            handle.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long residentBytes() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** One thread with a decoder of its own, which it opens again when it was closed. */
    private final class User {
        private final TargetModel target;
        private final DraftModel draft;
        private final SplittableRandom random;
        private TreeDecoder decoder;

        User(TargetModel target, DraftModel draft, SplittableRandom random) {
            this.target = target;
            this.draft = draft;
            this.random = random;
        }

        void use(int requests) {
            open();
            for (int i = 0; i < requests; i++) {
                if (random.nextInt(16) == 0) {
                    closeAllInUse();
                    continue;
                }
                switch (random.nextInt(4)) {
                    case 0 -> generate(null);
                    case 1 -> leaveStream();
                    case 2 -> cancel();
                    default -> closeInUse();
                }
            }
            decoder.close();
        }

        private void open() {
            decoder = TreeDecoder.builder(target)
                    .draft(draft)
                    .policy(CostAware.cheap())
                    .context(128)
                    .build();
        }

        private int[] prompt() {
            return random.ints(1 + random.nextInt(20), 0, 256).toArray();
        }

        private GenerationOptions options(Cancellation cancellation) {
            return GenerationOptions.builder()
                    .maxTokens(16)
                    .cancellation(cancellation)
                    .sampler(SamplerOptions.builder()
                            .temperature(1)
                            .seed(random.nextInt())
                            .build())
                    .build();
        }

        private void generate(Cancellation cancellation) {
            Generation generation = decoder.generate(prompt(), options(cancellation));
            (generation.reason() == Generation.FinishReason.CANCELLED ? cancelled : done).incrementAndGet();
        }

        private void leaveStream() {
            try (TextStream text = decoder.stream(prompt(), options(null))) {
                for (int pieces = random.nextInt(4); pieces > 0 && text.hasNext(); pieces--) {
                    text.next();
                }
            }
        }

        private void cancel() {
            Cancellation cancellation = new Cancellation();
            CompletableFuture<Void> other = CompletableFuture.runAsync(cancellation::cancel);
            generate(cancellation);
            other.join();
        }

        /** Models and decoder of its own, closed in any order by others while they are used. */
        private void closeAllInUse() {
            TargetModel ownTarget = TinyModels.open("--vocab", "320", "--seed", "3");
            DraftModel ownDraft = TinyModels.randomDraft(ownTarget, 7);
            TreeDecoder own = TreeDecoder.builder(ownTarget)
                    .draft(ownDraft)
                    .policy(CostAware.cheap())
                    .context(128)
                    .build();
            List<AutoCloseable> handles = new ArrayList<>(List.of(ownTarget, ownDraft, own));
            Collections.shuffle(handles, new Random(random.nextLong()));
            List<CompletableFuture<Void>> others = handles.stream()
                    .map(handle -> CompletableFuture.runAsync(() -> closeQuietly(handle)))
                    .toList();
            try (TextStream text = own.stream(prompt(), options(null))) {
                while (text.hasNext()) {
                    text.next();
                }
                done.incrementAndGet();
            } catch (IllegalStateException e) {
                closed.incrementAndGet();
            }
            others.forEach(CompletableFuture::join);
        }

        private void closeInUse() {
            TreeDecoder mine = decoder;
            CompletableFuture<Void> other = CompletableFuture.runAsync(mine::close);
            try {
                generate(null);
            } catch (IllegalStateException e) {
                closed.incrementAndGet();
            }
            other.join();
            open();
        }
    }
}
