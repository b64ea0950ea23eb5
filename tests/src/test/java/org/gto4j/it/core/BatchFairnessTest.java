package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody waits long for others, counted in passes of the target. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BatchFairnessTest {
    private static final int CHUNK = 16;
    private static final int SHORT = 8;

    private static TinyBatch tiny;

    @BeforeAll
    static void open() {
        tiny = TinyBatch.open();
    }

    @AfterAll
    static void close() {
        tiny.close();
    }

    private static BatchDecoder open(int slots, int nodes) {
        return tiny.builder().slots(slots).nodes(nodes).promptRows(CHUNK).build();
    }

    private static GenerationOptions options(int tokens) {
        return TinyBatch.options(tokens).build();
    }

    private static int[] prompt(int length) {
        int[] prompt = new int[length];
        prompt[0] = 12;
        return prompt;
    }

    /** One slot is taken for good; short requests pass through the other, in the order in which they came. */
    @Test
    void shortRequestsDontWaitForALongOne() {
        try (BatchDecoder decoder = open(2, 5)) {
            BatchRequest endless = decoder.submit(prompt(4), options(TinyBatch.CONTEXT));
            assertTrue(endless.text().hasNext());
            List<BatchRequest> shorts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                shorts.add(decoder.submit(prompt(4), options(SHORT)));
            }
            long before = 0;
            for (BatchRequest request : shorts) {
                assertEquals(SHORT, request.await().tokens().length);
                // A pass for the prompt, one at most for each further token, and one that was in flight when it was
                // submitted.
                assertTrue(
                        request.passes() <= before + SHORT + 1,
                        request.passes() + " passes, the one before took " + before);
                before = request.passes();
            }
            assertFalse(endless.result().isDone());
            endless.cancel();
            assertTrue(endless.await().tokens().length > shorts.size() * SHORT / 4, "it went on meanwhile");
        }
    }

    /** Prompts are read in chunks, in turn: a short one is read soon, and texts that run go on. */
    @Test
    void longPromptsHoldUpNobody() {
        try (BatchDecoder decoder = open(4, 12)) {
            BatchRequest running = decoder.submit(prompt(4), options(TinyBatch.CONTEXT));
            assertTrue(running.text().hasNext());
            int length = 64 * CHUNK;
            BatchRequest first = decoder.submit(prompt(length), options(1));
            BatchRequest second = decoder.submit(prompt(length), options(1));
            BatchRequest brief = decoder.submit(prompt(4), options(SHORT));
            assertEquals(SHORT, brief.await().tokens().length);
            // Its own chunk, one of each other prompt and a round in flight; then a chunk of another before each cycle.
            assertTrue(brief.passes() <= 2 * (4 + SHORT), "the short prompt's text took " + brief.passes() + " passes");
            assertFalse(first.result().isDone());
            assertEquals(1, first.await().tokens().length);
            assertTrue(first.passes() >= 2 * length / CHUNK, "a chunk, then a pass of trees: " + first.passes());
            assertTrue(second.await().tokens().length == 1);
            assertTrue(second.passes() - first.passes() <= 4, "in turn: " + first.passes() + " and " + second.passes());
            running.cancel();
            Generation.Statistics statistics = running.await().statistics();
            assertTrue(statistics.cycles() >= 2 * length / CHUNK, "one cycle for each chunk: " + statistics.cycles());
        }
    }

    /** Fewer nodes than the trees of all would take: each gets an even share of them. */
    @Test
    void nodesAreSharedEvenly() {
        try (BatchDecoder decoder = open(4, 7)) {
            List<BatchRequest> requests = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                requests.add(decoder.submit(prompt(3 + i), options(300)));
            }
            List<Double> taus = requests.stream()
                    .map(request -> request.await().statistics().tau())
                    .toList();
            double best = taus.stream().mapToDouble(tau -> tau).max().orElseThrow();
            double worst = taus.stream().mapToDouble(tau -> tau).min().orElseThrow();
            assertTrue(worst > 1 && best - 1 < 2 * (worst - 1), "tokens a cycle: " + taus);
        }
    }
}
