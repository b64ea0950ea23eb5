package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusContents;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.FeaturePlan;
import org.gto4j.data.Prompt;
import org.gto4j.data.Reasoning;
import org.gto4j.data.Regeneration;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.Features;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusFormatTest {
    private static final int PROMPTS = 200;

    @TempDir
    Path folder;

    private static RegenerationOptions.Builder options() {
        return RegenerationOptions.builder()
                .slots(4)
                .maxPromptTokens(64)
                .maxResponseTokens(24)
                .batch(64)
                .f32Cache(true);
    }

    private static List<String> texts(List<CorpusSequence> sequences) {
        return sequences.stream()
                .map(one -> one.id() + Arrays.toString(one.tokens()) + one.responses())
                .sorted()
                .toList();
    }

    @Test
    void aCorpusOfVersionOneIsReadAndGoesOn() throws IOException {
        Path header = folder.resolve("corpus.json");
        List<String> before;
        try (TargetModel target = TinyModels.open("--type", "F32")) {
            try (Corpus corpus = Corpus.open(folder, target)) {
                Regenerator.run(target, TinyPrompts.of(4), corpus, options().build(), progress -> {});
                before = texts(corpus.sequences());
            }
            String two = Files.readString(header);
            assertTrue(two.contains("\"version\" : 2"), two);
            Files.writeString(header, two.replace("\"version\" : 2", "\"version\" : 1"));
            assertFalse(
                    Files.readString(folder.resolve("corpus.jsonl")).contains("responses"),
                    "one answer a text is written as version 1 wrote it");
            try (Corpus corpus = Corpus.open(folder, target);
                    Features features = corpus.newFeatures()) {
                assertEquals(before, texts(corpus.sequences()));
                corpus.read(corpus.sequences().get(3), features);
                assertEquals(corpus.sequences().get(3).length(), features.rows());
                assertTrue(Files.readString(header).contains("\"version\" : 1"), "reading changes nothing");
                Regenerator.run(target, TinyPrompts.of(5), corpus, options().build(), progress -> {});
                assertEquals(5, corpus.sequences().size());
                assertTrue(Files.readString(header).contains("\"version\" : 2"));
            }
            Files.writeString(header, two.replace("\"version\" : 2", "\"version\" : 3"));
            GtoException e = assertThrows(GtoException.class, () -> Corpus.open(folder, target));
            assertTrue(
                    e.getMessage().contains("corpus.json: expected a corpus of version 1..2")
                            && e.getMessage().contains("found version 3"),
                    e.getMessage());
        }
    }

    @Test
    void withoutFeaturesTheTextsAreTheSame() {
        try (TargetModel target = TinyModels.open("--type", "F32");
                Corpus with = Corpus.open(folder.resolve("with"), target);
                Corpus without = Corpus.open(folder.resolve("without"), target, target.defaultTaps(), false)) {
            Regenerator.run(target, TinyPrompts.of(9), with, options().build(), progress -> {});
            Regenerator.run(target, TinyPrompts.of(9), without, options().build(), progress -> {});
            assertEquals(texts(with.sequences()), texts(without.sequences()));
            assertFalse(Files.exists(folder.resolve("without/features.f16")));
            assertEquals(
                    0,
                    FeaturePlan.ofPrompts(
                                    target,
                                    TinyPrompts.of(20),
                                    without,
                                    options().build())
                            .bytes());
            try (Features features = without.newFeatures()) {
                GtoException e = assertThrows(
                        GtoException.class,
                        () -> without.read(without.sequences().get(0), features));
                assertTrue(e.getMessage().contains("aren't kept on disk"), e.getMessage());
            }
            CorpusContents contents = CorpusContents.read(folder.resolve("without"));
            assertEquals(texts(with.sequences()), texts(contents.sequences()));
            assertFalse(contents.features());
            GtoException e = assertThrows(
                    GtoException.class, () -> Corpus.open(folder.resolve("with"), target, target.defaultTaps(), false));
            assertTrue(
                    e.getMessage().contains("expected a corpus without features on disk, found one with"),
                    e.getMessage());
        }
    }

    @Test
    void thePlanBoundsWhatIsWritten() throws IOException {
        try (TargetModel target = TinyModels.open("--type", "F32");
                Corpus corpus = Corpus.open(folder, target)) {
            List<Prompt> prompts = TinyPrompts.of(6).stream()
                    .map(p -> new Prompt(p.id(), p.category(), List.of(p.turns().get(0), "more")))
                    .toList();
            FeaturePlan plan =
                    FeaturePlan.ofPrompts(target, prompts, corpus, options().build());
            Regeneration done =
                    Regenerator.run(target, prompts, corpus, options().build(), progress -> {});
            long size = Files.size(folder.resolve("features.f16"));
            assertTrue(size > 0 && size <= plan.bytes(), size + " of " + plan);
            assertEquals(
                    corpus.sequences().stream()
                                    .mapToLong(CorpusSequence::length)
                                    .sum()
                            * corpus.rowBytes(),
                    size);
            long cut = corpus.sequences().stream()
                    .filter(one -> !target.isEnd(one.tokens()[one.length() - 1]))
                    .count();
            assertEquals(cut, done.cut());
            assertEquals(corpus.sequences().size(), done.answers());
            assertEquals(
                    size,
                    CorpusContents.read(folder).bytes()
                            - Files.size(folder.resolve("corpus.json"))
                            - Files.size(folder.resolve("corpus.jsonl")));
        }
    }

    /** A random target writes any letter now and then: two of them serve as tags. */
    @Test
    void droppedReasoningIsContextOnly() {
        SamplerOptions sampler = SamplerOptions.builder().temperature(2).seed(3).build();
        RegenerationOptions.Builder options =
                options().slots(16).sampler(sampler).maxResponseTokens(12);
        try (TargetModel target = TinyModels.open("--type", "F32", "--vocab", "30");
                Corpus kept = Corpus.open(folder.resolve("kept"), target);
                Corpus dropped = Corpus.open(folder.resolve("dropped"), target)) {
            Regenerator.run(target, TinyPrompts.of(PROMPTS), kept, options.build(), progress -> {});
            RegenerationOptions drop =
                    options.reasoning(new Reasoning(false, "x", "y")).build();
            Regenerator.run(target, TinyPrompts.of(PROMPTS), dropped, drop, progress -> {});
            Set<String> kinds = new HashSet<>();
            for (CorpusSequence whole : kept.sequences()) {
                CorpusSequence part = dropped.find(whole.id()).orElseThrow();
                assertArrayEquals(whole.tokens(), part.tokens());
                assertArrayEquals(expected(target, whole), part.lossMask(), whole.id());
                kinds.add(
                        part.responses().isEmpty()
                                ? "nothing"
                                : part.responses().size() > 1
                                        ? "several"
                                        : part.responseLength() < whole.responseLength() ? "less" : "all");
            }
            assertEquals(Set.of("nothing", "several", "less", "all"), kinds, "the test tests less than it should");
            assertTrue(
                    dropped.sequences().size() < kept.sequences().size(),
                    "a text of which nothing is trained is no sequence");
            List<String> before = texts(new ArrayList<>(dropped.sequences()));
            assertEquals(
                    0,
                    Regenerator.run(target, TinyPrompts.of(PROMPTS), dropped, drop, progress -> {})
                            .answers(),
                    "but it isn't written again");
            assertEquals(before, texts(dropped.sequences()));
        }
    }

    /** Token by token: one letter a token here. */
    private static boolean[] expected(TargetModel target, CorpusSequence whole) {
        boolean[] mask = new boolean[whole.length()];
        int start = whole.promptLength();
        String text = "";
        for (int i = start; i < whole.length(); i++) {
            byte[] bytes = target.tokenBytes(whole.tokens()[i], true);
            text += bytes.length == 1 ? (char) bytes[0] : '#';
        }
        boolean inside = text.indexOf('y') >= 0 && (text.indexOf('x') < 0 || text.indexOf('y') < text.indexOf('x'));
        for (int i = 0; i < text.length(); i++) {
            inside |= text.charAt(i) == 'x';
            mask[start + i] = !inside;
            inside &= text.charAt(i) != 'y';
        }
        return mask;
    }
}
