package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.gto4j.BatchDecoder;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.Gto4j;
import org.gto4j.model.Precision;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Handles of all kinds, opened, used and closed in random order by eight threads that share them: each call works or
 * says that something is closed, none hangs, and in the end nothing is left. {@code -Dgto4j.handles=n} opens n.
 */
class HandleStressTest {
    private static final int THREADS = 8;
    private static final int MOST_OPEN = 60;
    private static final int[] PROMPT = {12, 0, 1, 2};

    private final int handles = Integer.getInteger("gto4j.handles", 400);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger used = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLeft() throws Exception {
        long before = Gto4j.liveHandles();
        try (TinyBatch tiny = TinyBatch.open()) {
            ExecutorService threads = Executors.newFixedThreadPool(THREADS);
            List<Future<?>> users = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom random = new SplittableRandom(i);
                users.add(threads.submit(() -> use(tiny, random)));
            }
            for (Future<?> user : users) {
                user.get();
            }
            threads.shutdown();
            SplittableRandom random = new SplittableRandom(THREADS);
            boolean more;
            do {
                more = close(random);
            } while (more);
        }
        System.out.println(opened + " opened, " + used + " used, " + refused + " refused");
        assertEquals(before, Gto4j.liveHandles());
        assertTrue(
                used.get() > 0 && refused.get() < opened.get() + used.get(), used + " used, " + refused + " refused");
    }

    private void use(TinyBatch tiny, SplittableRandom random) {
        while (opened.get() < handles) {
            try {
                switch (random.nextInt(4)) {
                    case 0 -> use(any(AutoCloseable.class, null, random), random);
                    case 1 -> close(random);
                    default -> keep(open(tiny, random), random);
                }
            } catch (IllegalStateException e) {
                assertTrue(
                        e.getMessage().contains("is closed") || e.getMessage().contains("has ended"), e.getMessage());
                refused.incrementAndGet();
            } catch (GtoException e) {
                // Another thread has a trainer of the draft, or has changed the session between two calls.
                assertTrue(
                        e.getMessage().contains("open trainer")
                                || e.getMessage().contains("context full")
                                || e.getMessage().contains("position: expected"),
                        e.getMessage());
                refused.incrementAndGet();
            }
        }
    }

    private void keep(AutoCloseable handle, SplittableRandom random) {
        opened.incrementAndGet();
        int count;
        synchronized (open) {
            open.add(handle);
            count = open.size();
        }
        if (count > MOST_OPEN) {
            close(random);
        }
    }

    /** Some open handle of a kind, or another one if there is none. */
    private <T> T any(Class<T> kind, T other, SplittableRandom random) {
        synchronized (open) {
            List<T> found =
                    open.stream().filter(kind::isInstance).map(kind::cast).toList();
            return found.isEmpty() || other != null && random.nextInt(3) == 0
                    ? other
                    : found.get(random.nextInt(found.size()));
        }
    }

    private boolean close(SplittableRandom random) {
        AutoCloseable handle;
        synchronized (open) {
            if (open.isEmpty()) {
                return false;
            }
            // Some are closed twice, and used when they are closed.
            int i = random.nextInt(open.size());
            handle = random.nextInt(8) == 0 && open.size() < MOST_OPEN ? open.get(i) : open.remove(i);
        }
        try {
            handle.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return true;
    }

    private AutoCloseable open(TinyBatch tiny, SplittableRandom random) {
        TargetModel target = any(TargetModel.class, tiny.target(), random);
        DraftModel draft = any(DraftModel.class, tiny.draft(), random);
        return switch (random.nextInt(10)) {
            case 0 -> Device.cpu(1);
            case 1 -> {
                Device device = any(Device.class, null, random);
                yield device == null
                        ? TinyModels.open(tiny.target().path())
                        : TargetModel.open(device, tiny.target().path());
            }
            case 2 -> draft.copy();
            case 3 ->
                target.newSession(
                        SessionOptions.builder().context(64).sequences(4).build());
            case 4 ->
                random.nextBoolean() ? draft.newDecodingSession(32, 16) : draft.newSession(32, 16, Precision.AUTO);
            case 5 ->
                DraftTrainer.open(
                        target, draft, AdamW.builder().precision(Precision.F32).build());
            case 6 -> Features.create(3, 16, true, random.nextBoolean() ? Features.Type.F32 : Features.Type.F16);
            case 7 ->
                Sampler.open(
                        target,
                        SamplerOptions.builder()
                                .temperature(1)
                                .grammar("root ::= [a-z]+")
                                .build());
            case 8 ->
                TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(new DynamicTree(2, 2, 4))
                        .context(64)
                        .build();
            default ->
                BatchDecoder.builder(target)
                        .draft(draft)
                        .policy(new DynamicTree(2, 2, 4))
                        .context(32)
                        .slots(2)
                        .build();
        };
    }

    private void use(AutoCloseable handle, SplittableRandom random) {
        if (handle instanceof TreeDecoder decoder) {
            decoder.generate(PROMPT, TinyBatch.options(6).build());
        } else if (handle instanceof BatchDecoder decoder) {
            decoder.submit(PROMPT, TinyBatch.options(6).build()).await();
        } else if (handle instanceof TargetModel target) {
            target.text(1, 2, 3);
        } else if (handle instanceof DraftModel draft) {
            draft.setTensor("fc.weight", draft.tensor("fc.weight"));
        } else if (handle instanceof DraftSession session) {
            Features features = Features.create(3, 16, false, Features.Type.F32);
            try (features) {
                features.append(new float[48]);
                session.extend(features, 0, 1, new int[] {random.nextInt(12)}, 0);
            }
        } else if (handle instanceof DraftTrainer trainer) {
            trainer.step(1e-3f, 1);
        } else if (handle instanceof TargetSession session) {
            session.clear();
            session.prefill(0, 0, PROMPT, PROMPT.length, null, null);
        } else if (handle instanceof Sampler sampler) {
            sampler.reset();
        } else if (handle instanceof Features features) {
            features.truncate(0);
        }
        used.incrementAndGet();
    }
}
