package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.GenerationOptions;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Gto4j;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads submit, leave, cancel and close at random: every request ends, nothing leaks, hangs or aborts. */
class BatchStressTest {
    private static final int THREADS = 6;
    private static final int REQUESTS = 60;

    private final Map<FinishReason, AtomicInteger> ends = new EnumMap<>(FinishReason.class);
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<BatchDecoder> current = new AtomicReference<>();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyRequestEnds() throws Exception {
        for (FinishReason reason : FinishReason.values()) {
            ends.put(reason, new AtomicInteger());
        }
        long handles = Gto4j.liveHandles();
        try (TargetModel target = TinyModels.open("--vocab", "320", "--seed", "3");
                DraftModel draft = TinyModels.randomDraft(target, 7)) {
            current.set(open(target, draft));
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> users = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(i);
                users.add(threads.submit(() -> use(target, draft, random)));
            }
            for (Future<?> user : users) {
                user.get();
            }
            threads.shutdown();
            current.get().close();
        }
        assertEquals(handles, Gto4j.liveHandles());
        System.out.println(ends + ", " + refused + " refused");
        assertEquals(
                THREADS * REQUESTS,
                refused.get()
                        + ends.values().stream().mapToInt(AtomicInteger::get).sum());
        for (FinishReason reason :
                List.of(FinishReason.MAX_TOKENS, FinishReason.CANCELLED, FinishReason.DECODER_CLOSED)) {
            assertTrue(ends.get(reason).get() > 0, "none ended by " + reason);
        }
    }

    private static BatchDecoder open(TargetModel target, DraftModel draft) {
        return BatchDecoder.builder(target)
                .draft(draft)
                .policy(CostAware.cheap())
                .context(64)
                .slots(3)
                .promptRows(8)
                .build();
    }

    private void use(TargetModel target, DraftModel draft, SplittableRandom random) {
        List<BatchRequest> open = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            try {
                open.add(current.get()
                        .submit(
                                random.ints(1 + random.nextInt(20), 0, 256).toArray(),
                                GenerationOptions.builder()
                                        .maxTokens(12)
                                        .sampler(SamplerOptions.builder()
                                                .temperature(1)
                                                .seed(random.nextInt())
                                                .build())
                                        .build()));
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
                continue;
            }
            BatchRequest last = open.get(open.size() - 1);
            switch (random.nextInt(8)) {
                case 0 -> last.cancel();
                case 1 -> last.text().hasNext();
                case 2 -> last.text().close();
                case 3 -> last.await();
                case 4 -> last.result().cancel(false);
                case 5 -> open.get(random.nextInt(open.size())).cancel();
                default -> {}
            }
            if (random.nextInt(20) == 0) {
                BatchDecoder next = open(target, draft);
                current.getAndSet(next).close();
            }
        }
        for (BatchRequest request : open) {
            Generation generation = request.await();
            ends.get(generation.reason()).incrementAndGet();
        }
    }
}
