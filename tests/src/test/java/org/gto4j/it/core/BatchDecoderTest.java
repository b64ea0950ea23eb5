package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Cancellation;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.GenerationOptions;
import org.gto4j.TextStream;
import org.gto4j.error.GtoException;
import org.gto4j.model.SamplerOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How requests of a batch end, and that none of them holds up another. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BatchDecoderTest {
    private static final int[] PROMPT = {12, 0, 1, 2};

    private static TinyBatch tiny;

    @BeforeAll
    static void open() {
        tiny = TinyBatch.open();
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static GenerationOptions endless() {
        return TinyBatch.options(TinyBatch.CONTEXT).build();
    }

    private static boolean hasText(BatchRequest request) {
        return request.text().hasNext();
    }

    @Test
    void aFailureIsOneRequestsOwn() {
        try (BatchDecoder decoder = tiny.builder().slots(3).build()) {
            BatchRequest before = decoder.submit(PROMPT, TinyBatch.options(40).build());
            // After "ab" the grammar allows the end token alone, which the bias forbids.
            BatchRequest broken = decoder.submit(
                    PROMPT,
                    GenerationOptions.builder()
                            .sampler(SamplerOptions.builder()
                                    .temperature(1)
                                    .grammar("root ::= \"ab\"")
                                    .logitBias(Map.of(13, Float.NEGATIVE_INFINITY))
                                    .build())
                            .build());
            BatchRequest after = decoder.submit(PROMPT, TinyBatch.options(40).build());
            GtoException failure = assertThrows(GtoException.class, broken::await);
            assertEquals(GtoException.Kind.ARGUMENT, failure.kind());
            assertTrue(failure.getMessage().contains("allow no token"), failure.getMessage());
            assertThrows(CompletionException.class, () -> broken.result().join());
            assertThrows(GtoException.class, () -> broken.await(text -> {}));
            assertEquals(40, before.await().tokens().length);
            assertArrayEquals(before.await().tokens(), after.await().tokens(), "the same seed, the same text");
            assertEquals(
                    40,
                    decoder.submit(PROMPT, TinyBatch.options(40).build())
                            .await()
                            .tokens()
                            .length,
                    "its slot is good for another");
        }
    }

    @Test
    void badRequestsAreRefusedAtOnce() {
        try (BatchDecoder decoder = tiny.builder().slots(1).context(64).build()) {
            assertEquals(
                    GtoException.Kind.CONTEXT,
                    assertThrows(GtoException.class, () -> decoder.submit(new int[65], endless()))
                            .kind());
            assertEquals(
                    GtoException.Kind.ARGUMENT,
                    assertThrows(GtoException.class, () -> decoder.submit(new int[0], endless()))
                            .kind());
            assertEquals(
                    GtoException.Kind.FORMAT,
                    assertThrows(
                                    GtoException.class,
                                    () -> decoder.submit(
                                            PROMPT,
                                            GenerationOptions.builder()
                                                    .sampler(SamplerOptions.builder()
                                                            .grammar("root ::= (")
                                                            .build())
                                                    .build()))
                            .kind());
            assertEquals(
                    GtoException.Kind.ARGUMENT,
                    assertThrows(GtoException.class, decoder.submit(new int[] {1, 99}, endless())::await)
                            .kind());
            assertEquals(
                    5,
                    decoder.submit(PROMPT, TinyBatch.options(5).build()).await().tokens().length);
        }
    }

    @Test
    void textComesAsItIsGenerated() {
        try (BatchDecoder decoder = tiny.builder().slots(2).build()) {
            BatchRequest request = decoder.submit(PROMPT, TinyBatch.options(30).build());
            List<String> pieces = new ArrayList<>();
            request.text().forEachRemaining(pieces::add);
            assertTrue(pieces.stream().noneMatch(String::isEmpty));
            assertEquals(request.await().text(), String.join("", pieces));
            assertEquals(request.await(), request.text().result());
            assertEquals(request.await(), request.result().join());
            StringBuilder heard = new StringBuilder();
            Generation other =
                    decoder.submit(PROMPT, TinyBatch.options(30).build()).await(heard::append);
            assertEquals(request.await().text(), heard.toString());
            assertEquals(other.text(), heard.toString());
            Generation.Statistics s = request.await().statistics();
            assertEquals(30, s.tokens());
            assertEquals(s.cycles(), s.acceptedPerCycle().length);
            assertTrue(s.targetNanos() > 0
                    && s.draftNanos() > 0
                    && s.targetNanos() + s.draftNanos() <= s.decodeNanos()
                    && s.promptNanos() > 0);
        }
    }

    @Test
    void aStuckListenerHoldsUpNobody() throws Exception {
        try (BatchDecoder decoder = tiny.builder().slots(2).build()) {
            CountDownLatch stuck = new CountDownLatch(1);
            CountDownLatch free = new CountDownLatch(1);
            BatchRequest slow = decoder.submit(PROMPT, TinyBatch.options(50).build());
            StringBuilder heard = new StringBuilder();
            CompletableFuture<Generation> listening = CompletableFuture.supplyAsync(() -> slow.await(text -> {
                stuck.countDown();
                join(free);
                heard.append(text);
            }));
            stuck.await();
            for (int i = 0; i < 4; i++) {
                assertEquals(
                        20,
                        decoder.submit(PROMPT, TinyBatch.options(20).build())
                                .await()
                                .tokens()
                                .length);
            }
            assertEquals(50, slow.result().get(1, TimeUnit.MINUTES).tokens().length, "it goes on, too");
            assertFalse(listening.isDone());
            free.countDown();
            assertEquals(listening.get().text(), heard.toString());
        }
    }

    private static void join(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyWayToCancel() {
        try (BatchDecoder decoder = tiny.builder().slots(1).build()) {
            Cancellation cancellation = new Cancellation();
            BatchRequest running = decoder.submit(
                    PROMPT,
                    TinyBatch.options(TinyBatch.CONTEXT)
                            .cancellation(cancellation)
                            .build());
            assertTrue(hasText(running));
            BatchRequest waiting = decoder.submit(PROMPT, endless());
            waiting.cancel();
            assertEquals(FinishReason.CANCELLED, waiting.await().reason());
            assertEquals(0, waiting.await().tokens().length);
            assertNull(running.text().result(), "still running");
            cancellation.cancel();
            Generation part = running.await();
            assertEquals(FinishReason.CANCELLED, part.reason());
            assertTrue(
                    part.tokens().length > 0 && part.text().equals(tiny.target().text(part.tokens())));

            BatchRequest closed = decoder.submit(PROMPT, endless());
            assertTrue(hasText(closed));
            closed.text().close();
            assertEquals(FinishReason.CANCELLED, closed.await().reason());
            BatchRequest future = decoder.submit(PROMPT, endless());
            assertTrue(hasText(future));
            future.result().cancel(true);
            assertEquals(FinishReason.CANCELLED, future.await().reason());
            BatchRequest thrown = decoder.submit(PROMPT, endless());
            assertThrows(
                    ArithmeticException.class,
                    () -> thrown.await(text -> {
                        throw new ArithmeticException();
                    }));
            assertEquals(FinishReason.CANCELLED, thrown.await().reason());
            BatchRequest interrupted = decoder.submit(PROMPT, endless());
            Thread.currentThread().interrupt();
            assertThrows(CancellationException.class, interrupted::await);
            assertTrue(Thread.interrupted());
            interrupted.cancel();
            assertEquals(FinishReason.CANCELLED, interrupted.await().reason());
        }
    }

    @Test
    void closingEndsAllRequests() {
        BatchDecoder decoder = tiny.builder().slots(2).build();
        List<BatchRequest> requests = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            requests.add(decoder.submit(PROMPT, endless()));
        }
        assertTrue(hasText(requests.get(0)) && hasText(requests.get(1)));
        assertEquals(2, decoder.status().running());
        assertEquals(3, decoder.status().waiting());
        decoder.close();
        decoder.close();
        for (int i = 0; i < 5; i++) {
            Generation generation = requests.get(i).result().join();
            assertEquals(FinishReason.DECODER_CLOSED, generation.reason());
            assertEquals(i < 2, generation.tokens().length > 0);
            StringBuilder text = new StringBuilder();
            try (TextStream left = requests.get(i).text()) {
                left.forEachRemaining(text::append);
            }
            assertEquals(generation.text(), text.toString());
        }
        assertThrows(IllegalStateException.class, () -> decoder.submit(PROMPT, endless()));
    }

    /** Four texts of 64 tokens in a cache of 256 cells: none is left over. */
    @Test
    void allTextsFillTheContextExactly() {
        int context = 64;
        try (BatchDecoder decoder =
                tiny.builder().slots(4).context(context).promptRows(5).build()) {
            List<BatchRequest> requests = new ArrayList<>();
            for (int length = 1; length <= context; length += 3) {
                int[] prompt = new int[length];
                Arrays.setAll(prompt, i -> i * 7 % 12);
                requests.add(decoder.submit(prompt, endless()));
            }
            for (int i = 0; i < requests.size(); i++) {
                Generation generation = requests.get(i).await();
                assertEquals(FinishReason.CONTEXT_FULL, generation.reason());
                assertEquals(context + 1, 1 + 3 * i + generation.tokens().length);
            }
        }
    }
}
