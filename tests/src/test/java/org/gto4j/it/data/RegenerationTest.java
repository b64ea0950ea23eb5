package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.Prompt;
import org.gto4j.data.Regeneration;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.Features;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegenerationTest {
    private static final Path TARGET = TinyModels.target("--type", "F32");
    private static final SamplerOptions SAMPLED =
            SamplerOptions.builder().temperature(1).topP(0.9f).seed(7).build();

    @TempDir
    Path folder;

    private static RegenerationOptions.Builder options(int slots) {
        return RegenerationOptions.builder()
                .slots(slots)
                .maxPromptTokens(64)
                .maxResponseTokens(24)
                .batch(64)
                .f32Cache(true);
    }

    private static Map<String, List<Integer>> texts(Corpus corpus) {
        Map<String, List<Integer>> texts = new TreeMap<>();
        corpus.sequences()
                .forEach(one ->
                        texts.put(one.id(), Arrays.stream(one.tokens()).boxed().toList()));
        return texts;
    }

    @Test
    void greedyTextsAndFeaturesAreTheTargetsOwn() {
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder, target)) {
            Regeneration done = Regenerator.run(
                    target, TinyPrompts.of(11), corpus, options(4).build(), progress -> {});
            assertEquals(11, done.prompts());
            assertEquals(11, corpus.sequences().size());
            assertEquals(corpus.responseTokens(), done.newTokens());
            try (TargetSession session = target.newSession(SessionOptions.builder()
                            .context(256)
                            .taps(corpus.taps())
                            .hidden(true)
                            .f32Cache(true)
                            .build());
                    Features kept = corpus.newFeatures();
                    Features fresh = corpus.newFeatures()) {
                for (CorpusSequence sequence : corpus.sequences()) {
                    checkText(target, session, sequence);
                    corpus.read(sequence, kept);
                    checkFeatures(session, sequence, kept, fresh);
                }
            }
        }
    }

    /** Every response token is the argmax after the tokens before it, up to the end token or the limit. */
    private static void checkText(TargetModel target, TargetSession session, CorpusSequence sequence) {
        int[] argmax = new int[sequence.length()];
        session.clear();
        session.prefill(0, 0, sequence.tokens(), 0, null, argmax);
        int[] known = sequence.targetArgmax();
        for (int i = sequence.promptLength(); i < sequence.length(); i++) {
            assertEquals(argmax[i - 1], sequence.tokens()[i], sequence.id() + " token " + i);
            assertEquals(argmax[i - 1], known[i - 1]);
        }
        assertNull(sequence.argmax());
        boolean ended = target.isEnd(sequence.tokens()[sequence.length() - 1]);
        assertTrue(ended || sequence.responseLength() == 24, "response of " + sequence.responseLength());
    }

    private static void checkFeatures(TargetSession session, CorpusSequence sequence, Features kept, Features fresh) {
        fresh.truncate(0);
        session.clear();
        session.prefill(0, 0, sequence.tokens(), sequence.promptLength() - 1, fresh, null);
        assertEquals(sequence.length(), kept.rows());
        for (int i = 0; i < sequence.length(); i++) {
            float[] expected = fresh.row(i);
            float[] found = kept.row(i);
            int taps = expected.length * 3 / 4;
            boolean hiddenKept = i >= sequence.promptLength() - 1 && i < sequence.length() - 1;
            for (int c = 0; c < (hiddenKept ? expected.length : taps); c++) {
                assertEquals(
                        expected[c],
                        found[c],
                        2e-3 * Math.max(1, Math.abs(expected[c])),
                        sequence.id() + " row " + i + " channel " + c);
            }
        }
    }

    @Test
    void sampledTextsDependOnTheSeedNotOnTheSlots() {
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus two = Corpus.open(folder.resolve("2"), target);
                Corpus five = Corpus.open(folder.resolve("5"), target)) {
            Regenerator.run(
                    target, TinyPrompts.of(9), two, options(2).sampler(SAMPLED).build(), progress -> {});
            Regenerator.run(
                    target, TinyPrompts.of(9), five, options(5).sampler(SAMPLED).build(), progress -> {});
            assertEquals(texts(two), texts(five));
            CorpusSequence sequence = two.sequences().get(0);
            assertNotNull(sequence.argmax());
            int[] argmax = new int[sequence.length()];
            try (TargetSession session = target.newSession(
                    SessionOptions.builder().context(256).f32Cache(true).build())) {
                session.prefill(0, 0, sequence.tokens(), 0, null, argmax);
            }
            assertArrayEquals(
                    Arrays.copyOfRange(argmax, sequence.promptLength() - 1, sequence.length() - 1),
                    Arrays.copyOfRange(sequence.argmax(), sequence.promptLength() - 1, sequence.length() - 1));
        }
    }

    @Test
    void aKilledRunGoesOnBehindItsLastLine() throws IOException {
        Map<String, List<Integer>> unbroken;
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder.resolve("unbroken"), target)) {
            Regenerator.run(target, TinyPrompts.of(10), corpus, options(3).build(), progress -> {});
            unbroken = texts(corpus);
        }
        Path broken = folder.resolve("broken");
        try (TargetModel target = TinyModels.open(TARGET)) {
            try (Corpus corpus = Corpus.open(broken, target)) {
                assertThrows(
                        IllegalStateException.class,
                        () -> Regenerator.run(
                                target, TinyPrompts.of(10), corpus, options(3).build(), progress -> {
                                    if (corpus.sequences().size() >= 4) {
                                        throw new IllegalStateException("killed");
                                    }
                                }));
            }
            tear(broken);
            try (Corpus corpus = Corpus.open(broken, target)) {
                int there = corpus.sequences().size();
                assertTrue(there >= 3 && there < 10, "sequences kept: " + there);
                Regeneration done = Regenerator.run(
                        target, TinyPrompts.of(10), corpus, options(3).build(), progress -> {});
                assertEquals(10, done.prompts());
                assertEquals(unbroken, texts(corpus));
                try (Features kept = corpus.newFeatures();
                        Features fresh = corpus.newFeatures();
                        TargetSession session = target.newSession(SessionOptions.builder()
                                .context(256)
                                .taps(corpus.taps())
                                .hidden(true)
                                .f32Cache(true)
                                .build())) {
                    for (CorpusSequence sequence : corpus.sequences()) {
                        corpus.read(sequence, kept);
                        checkFeatures(session, sequence, kept, fresh);
                    }
                }
            }
        }
    }

    /** What a kill may leave: half a line, and rows that no line speaks of. */
    private static void tear(Path corpus) throws IOException {
        try (RandomAccessFile lines =
                        new RandomAccessFile(corpus.resolve("corpus.jsonl").toFile(), "rw");
                RandomAccessFile rows =
                        new RandomAccessFile(corpus.resolve("features.f16").toFile(), "rw")) {
            lines.setLength(lines.length() - 5);
            rows.seek(rows.length());
            rows.write(new byte[77]);
        }
    }

    @Test
    void budgetsCutRunningTexts() {
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder, target)) {
            Regenerator.run(
                    target,
                    TinyPrompts.of(10),
                    corpus,
                    options(4).tokenBudget(60).build(),
                    progress -> {});
            assertTrue(
                    corpus.responseTokens() >= 60 - 4 * 8 && corpus.responseTokens() <= 64,
                    "tokens: " + corpus.responseTokens());
            int there = corpus.sequences().size();
            Regenerator.run(
                    target,
                    TinyPrompts.of(10),
                    corpus,
                    options(4).deadline(Instant.now().minusSeconds(1)).build(),
                    progress -> {});
            assertEquals(there, corpus.sequences().size());
            Regenerator.run(
                    target,
                    TinyPrompts.of(10),
                    corpus,
                    options(4).promptBudget(there + 1).build(),
                    progress -> {});
            assertTrue(corpus.find("p" + there).isPresent());
        }
    }

    /** Whole prompts alone would stand still while all slots write, and a resumed run would seem to take for ever. */
    @Test
    void progressCountsWhatIsThereOfRunningTexts() {
        List<Prompt> prompts = TinyPrompts.of(9).stream()
                .map(p -> new Prompt(p.id(), p.category(), List.of(p.turns().get(0), "more")))
                .toList();
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder, target)) {
            for (int part : new int[] {4, 9}) {
                List<Regeneration> seen = new ArrayList<>();
                Regenerator.run(
                        target, prompts, corpus, options(4).promptBudget(part).build(), seen::add);
                assertTrue(seen.get(0).fraction() < (part == 4 ? 0.2 : 0.6), seen.toString());
                assertEquals(1, seen.get(seen.size() - 1).fraction());
                for (int i = 1; i < seen.size(); i++) {
                    assertTrue(
                            seen.get(i).fraction() >= seen.get(i - 1).fraction() - 1e-9,
                            seen.get(i - 1) + ", then " + seen.get(i));
                    assertTrue(
                            seen.get(i).fraction() >= (double) seen.get(i).prompts() / part - 1e-9,
                            seen.get(i).toString());
                }
                assertTrue(
                        seen.stream()
                                        .mapToDouble(Regeneration::fraction)
                                        .distinct()
                                        .count()
                                > 3L * part,
                        "steps of progress");
            }
        }
    }

    @Test
    void laterTurnsSeeTheAnswersBefore() {
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder, target)) {
            List<Prompt> prompts = TinyPrompts.of(30).stream()
                    .map(p -> new Prompt(p.id(), p.category(), List.of(p.turns().get(0), "more")))
                    .toList();
            RegenerationOptions options = options(6)
                    .maxPromptTokens(400)
                    .maxResponseTokens(60)
                    .sampler(SAMPLED)
                    .build();
            Regenerator.run(target, prompts, corpus, options, progress -> {});
            int followed = 0;
            for (Prompt prompt : prompts) {
                CorpusSequence first = corpus.find(prompt.id()).orElseThrow();
                int[] response = Arrays.copyOfRange(first.tokens(), first.promptLength(), first.length());
                boolean ended = target.isEnd(response[response.length - 1]);
                assertEquals(ended, corpus.find(prompt.id() + "#2").isPresent());
                if (ended) {
                    CorpusSequence second = corpus.find(prompt.id() + "#2").orElseThrow();
                    List<ChatMessage> messages = prompt.messages(
                            List.of(target.text(response).replace("\0", "").strip()));
                    assertArrayEquals(
                            target.chatTokens(messages, true), Arrays.copyOf(second.tokens(), second.promptLength()));
                    followed++;
                }
            }
            assertTrue(followed > 0, "no response ended: the test tests nothing");
        }
    }

    @Test
    void longPromptsAreLeftOutOrRefused() {
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder, target)) {
            Prompt tooLong = new Prompt("long", "general", List.of("xyz".repeat(100)));
            Regeneration done = Regenerator.run(
                    target,
                    List.of(tooLong, TinyPrompts.of(1).get(0)),
                    corpus,
                    options(2).build(),
                    progress -> {});
            assertEquals(1, done.tooLong());
            assertEquals(1, corpus.sequences().size());
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> Regenerator.run(
                            target, List.of(tooLong), corpus, options(2).build(), progress -> {}));
            assertTrue(e.getMessage().contains("longer than 64"), e.getMessage());
        }
    }

    @Test
    void anotherTargetsCorpusIsRefused() throws IOException {
        try (TargetModel target = TinyModels.open(TARGET);
                Corpus corpus = Corpus.open(folder, target)) {
            assertTrue(corpus.sequences().isEmpty());
        }
        Path other = TinyModels.target("--type", "F32", "--seed", "2");
        try (TargetModel target = TinyModels.open(other)) {
            GtoException e = assertThrows(GtoException.class, () -> Corpus.open(folder, target));
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
            assertTrue(
                    e.getMessage().contains(TARGET.getFileName().toString())
                            && e.getMessage().contains(other.getFileName().toString()),
                    e.getMessage());
        }
        Path renamed = folder.resolve("renamed.gguf");
        Files.copy(TARGET, renamed);
        try (TargetModel target = TinyModels.open(renamed);
                Corpus corpus = Corpus.open(folder, target)) {
            assertTrue(corpus.sequences().isEmpty());
        }
    }
}
