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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.gto4j.Cancellation;
import org.gto4j.Generation;
import org.gto4j.Generation.FinishReason;
import org.gto4j.GenerationOptions;
import org.gto4j.TextStream;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForwardingTreePolicy;
import org.gto4j.tree.TreePlanner;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Text as it comes: iterators, streams, publishers; and the ways to end it early. */
class StreamTest {
    private static TargetModel target;
    private static DraftModel draft;
    private static TreeDecoder decoder;
    private static int[] prompt;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320", "--seed", "3");
        draft = TinyModels.randomDraft(target, 7);
        decoder = TreeDecoder.builder(target)
                .draft(draft)
                .policy(CostAware.cheap())
                .context(256)
                .f32Cache(true)
                .build();
        prompt = target.tokenize("hello", true, false);
    }

    @AfterAll
    static void close() {
        decoder.close();
        draft.close();
        target.close();
    }

    /** Random text that doesn't end by itself. */
    private static GenerationOptions.Builder options(int seed) {
        return GenerationOptions.builder()
                .maxTokens(60)
                .sampler(SamplerOptions.builder()
                        .temperature(1.5f)
                        .seed(seed)
                        .logitBias(Map.of(target.info().eos(), Float.NEGATIVE_INFINITY, 259, Float.NEGATIVE_INFINITY))
                        .build());
    }

    @Test
    void aStreamIsTheGenerationInPieces() {
        for (int seed = 0; seed < 10; seed++) {
            Generation whole = decoder.generate(prompt, options(seed).build());
            List<String> pieces = new ArrayList<>();
            try (TextStream text = decoder.stream(prompt, options(seed).build())) {
                assertNull(text.result());
                text.forEachRemaining(pieces::add);
                assertArrayEquals(whole.tokens(), text.result().tokens());
                assertEquals(whole.reason(), text.result().reason());
            }
            assertEquals(whole.text(), String.join("", pieces));
            assertFalse(pieces.contains(""));
            assertEquals(
                    whole.text(),
                    decoder.stream(prompt, options(seed).build()).stream().collect(Collectors.joining()));
        }
    }

    @Test
    void aDecoderHasOneStreamAtATime() {
        TextStream text = decoder.stream(prompt, options(1).build());
        assertThrows(
                IllegalStateException.class,
                () -> decoder.generate(prompt, options(1).build()));
        text.next();
        text.close();
        assertFalse(text.hasNext());
        assertNull(text.result(), "it was closed before its end");
        assertTrue(decoder.generate(prompt, options(1).build()).tokens().length > 0);
    }

    /** Asks for pieces one by one, up to a limit. */
    private static final class Reader implements Flow.Subscriber<String> {
        private final int most;
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> done = new CompletableFuture<>();
        private Flow.Subscription subscription;
        private int pieces;

        Reader(int most) {
            this.most = most;
        }

        @Override
        public void onSubscribe(Flow.Subscription itsSubscription) {
            subscription = itsSubscription;
            subscription.request(1);
        }

        @Override
        public void onNext(String piece) {
            text.append(piece);
            if (++pieces == most) {
                subscription.cancel();
                done.complete(text.toString());
            } else {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            done.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            done.complete(text.toString());
        }
    }

    @Test
    void aPublisherDeliversWhatIsAskedFor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            String whole = decoder.generate(prompt, options(2).build()).text();
            Reader all = new Reader(Integer.MAX_VALUE);
            decoder.publisher(prompt, options(2).build(), executor).subscribe(all);
            assertEquals(whole, all.done.get(1, TimeUnit.MINUTES));
            Reader some = new Reader(3);
            decoder.publisher(prompt, options(2).build(), executor).subscribe(some);
            String begin = some.done.get(1, TimeUnit.MINUTES);
            assertTrue(whole.startsWith(begin) && begin.length() < whole.length(), begin);
            Reader failing = new Reader(3);
            decoder.publisher(new int[] {1, 5000}, options(2).build(), executor).subscribe(failing);
            Throwable failure = assertThrows(Exception.class, () -> failing.done.get(1, TimeUnit.MINUTES))
                    .getCause();
            assertEquals(GtoException.Kind.ARGUMENT, ((GtoException) failure).kind());
        } finally {
            executor.shutdown();
            assertTrue(executor.awaitTermination(1, TimeUnit.MINUTES), "the cancelled subscription ended");
        }
        assertTrue(decoder.generate(prompt, options(1).build()).tokens().length > 0, "the decoder is free again");
    }

    @Test
    void stopStringsEndTheText() {
        Generation whole = decoder.generate(prompt, options(3).build());
        String stop = whole.text().substring(10, 13);
        Generation cut = decoder.generate(
                prompt, options(3).stopStrings("never seen", stop).build());
        assertEquals(FinishReason.STOP_STRING, cut.reason());
        assertEquals(whole.text().substring(0, whole.text().indexOf(stop)), cut.text());
        List<String> heard = new ArrayList<>();
        decoder.generate(prompt, options(3).stopStrings(stop).build(), heard::add);
        assertEquals(cut.text(), String.join("", heard), "nothing of the stop string was told");
        Generation uncut =
                decoder.generate(prompt, options(3).stopStrings("never seen").build());
        assertEquals(whole.text(), uncut.text());
        assertEquals(whole.reason(), uncut.reason());
    }

    @Test
    void stopTokensEndTheText() {
        Generation whole = decoder.generate(prompt, options(4).build());
        int stop = whole.tokens()[12];
        Generation cut =
                decoder.generate(prompt, options(4).stopTokens(stop, 319).build());
        assertEquals(FinishReason.STOP_TOKEN, cut.reason());
        int at = 0;
        while (whole.tokens()[at] != stop && whole.tokens()[at] != 319) {
            at++;
        }
        assertEquals(at, cut.tokens().length);
    }

    @Test
    void cancelledFromAnotherThreadOrBefore() throws Exception {
        Cancellation cancellation = new Cancellation();
        List<String> heard = new ArrayList<>();
        GenerationOptions endless =
                options(5).maxTokens(200).cancellation(cancellation).build();
        Generation cut = decoder.generate(prompt, endless, text -> {
            heard.add(text);
            if (heard.size() == 3) {
                CompletableFuture.runAsync(cancellation::cancel).join();
            }
        });
        assertEquals(FinishReason.CANCELLED, cut.reason());
        assertEquals(String.join("", heard), cut.text());
        assertTrue(cut.tokens().length >= 3 && cut.tokens().length < 200);
        Generation none = decoder.generate(prompt, endless);
        assertEquals(FinishReason.CANCELLED, none.reason());
        assertEquals(0, none.tokens().length);
    }

    /** A policy that does something while the third tree of its decoder is grown: in the middle of a cycle. */
    private static final class Interrupted extends ForwardingTreePolicy {
        private final Runnable interruption;

        Interrupted(TreePolicy policy, Runnable interruption) {
            super(policy);
            this.interruption = interruption;
        }

        @Override
        public TreePlanner planner() {
            TreePlanner planner = super.planner();
            AtomicInteger trees = new AtomicInteger();
            return (drafter, depth, nodes) -> {
                if (trees.incrementAndGet() == 3) {
                    CompletableFuture.runAsync(interruption).join();
                }
                return planner.plan(drafter, depth, nodes);
            };
        }
    }

    @Test
    void cancelledInTheMiddleOfACycle() {
        Cancellation cancellation = new Cancellation();
        TreePolicy policy = new Interrupted(new DynamicTree(3, 3, 8), cancellation::cancel);
        try (TreeDecoder own = TreeDecoder.builder(target)
                .draft(draft)
                .policy(policy)
                .context(256)
                .f32Cache(true)
                .build()) {
            Generation cut =
                    own.generate(prompt, options(5).cancellation(cancellation).build());
            assertEquals(FinishReason.CANCELLED, cut.reason());
            assertEquals(3, cut.statistics().cycles(), "the cycle that runs is finished, no other begun");
            int gained =
                    1 + 3 + Arrays.stream(cut.statistics().acceptedPerCycle()).sum();
            Generation whole = own.generate(prompt, options(5).build());
            assertArrayEquals(Arrays.copyOf(whole.tokens(), gained), cut.tokens(), "what the cycle gained is kept");
            assertArrayEquals(
                    decoder.generate(prompt, options(5).build()).tokens(), whole.tokens(), "the decoder works on");
        }
    }

    @Test
    void closedInTheMiddleOfACycle() {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        TreeDecoder[] own = {null};
        TreePolicy policy =
                new Interrupted(new DynamicTree(3, 3, 8), () -> CompletableFuture.runAsync(() -> own[0].close())
                        .thenRun(() -> closed.complete(null)));
        own[0] = TreeDecoder.builder(target)
                .draft(draft)
                .policy(policy)
                .context(256)
                .f32Cache(true)
                .build();
        Generation whole = own[0].generate(prompt, options(6).build());
        assertArrayEquals(
                decoder.generate(prompt, options(6).build()).tokens(),
                whole.tokens(),
                "close() waits for the generation");
        closed.join();
        assertThrows(
                IllegalStateException.class,
                () -> own[0].generate(prompt, options(6).build()));
    }

    @Test
    void grammars() {
        GenerationOptions digits = GenerationOptions.builder()
                .maxTokens(20)
                .sampler(SamplerOptions.builder()
                        .grammar("root ::= [0-9] [0-9] \"x\"")
                        .build())
                .build();
        Generation answer = decoder.generate(prompt, digits);
        assertTrue(answer.text().matches("\\d\\dx"), answer.text());
        assertEquals(FinishReason.END_OF_GENERATION, answer.reason());
        for (String broken : List.of("", "root ::= (", "start ::= \"a\"")) {
            SamplerOptions sampler = SamplerOptions.builder().grammar(broken).build();
            GtoException e = assertThrows(
                    GtoException.class, () -> decoder.generate(prompt, new GenerationOptions(5, sampler)), broken);
            assertEquals(GtoException.Kind.FORMAT, e.kind());
            assertTrue(e.getMessage().contains("grammar"), e.getMessage());
        }
    }

    @Test
    void aGrammarThatNothingMatches() {
        SamplerOptions impossible = SamplerOptions.builder()
                .temperature(1)
                .grammar("root ::= \"7\"")
                .build();
        SamplerOptions atFirst = SamplerOptions.builder()
                .temperature(1)
                .grammar("root ::= \"a\" \"b\" \"7\"")
                .build();
        try (TargetModel letters = TinyModels.open("--vocab", "14");
                DraftModel itsDraft = TinyModels.randomDraft(letters, 7);
                TreeDecoder plain = TreeDecoder.builder(letters).context(64).build();
                TreeDecoder tree = TreeDecoder.builder(letters)
                        .draft(itsDraft)
                        .policy(new DynamicTree(3, 3, 8))
                        .context(64)
                        .build()) {
            for (TreeDecoder one : List.of(plain, tree)) {
                int[] before = one.generate(new int[] {1}, new GenerationOptions(5, SamplerOptions.greedy()))
                        .tokens();
                for (SamplerOptions sampler : List.of(impossible, atFirst)) {
                    GtoException e = assertThrows(
                            GtoException.class, () -> one.generate(new int[] {1}, new GenerationOptions(5, sampler)));
                    assertTrue(e.getMessage().contains("no token"), e.getMessage());
                    assertEquals(GtoException.Kind.ARGUMENT, e.kind());
                }
                assertArrayEquals(
                        before,
                        one.generate(new int[] {1}, new GenerationOptions(5, SamplerOptions.greedy()))
                                .tokens(),
                        "it works on");
            }
        }
    }
}
