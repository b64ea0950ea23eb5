package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.data.Conversation;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.FeaturePlan;
import org.gto4j.data.PlainText;
import org.gto4j.data.Prefiller;
import org.gto4j.data.Regeneration;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.ResponseSpan;
import org.gto4j.data.SourceText;
import org.gto4j.data.TokenText;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.Features;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Foreign texts that a target only reads, with its own chat template and tokenizer. */
class KeptAnswersTest {
    private static final List<ChatMessage> MESSAGES = List.of(
            ChatMessage.system("be kind"),
            ChatMessage.user("abc"),
            ChatMessage.assistant("hello there"),
            ChatMessage.user("and now"),
            ChatMessage.assistant("ciao"),
            ChatMessage.user("unanswered"));

    @TempDir
    Path folder;

    private static RegenerationOptions.Builder options() {
        return RegenerationOptions.builder()
                .maxPromptTokens(100)
                .maxResponseTokens(150)
                .batch(32)
                .slots(8)
                .f32Cache(true);
    }

    private static Conversation conversation() {
        return new Conversation("c", "general", MESSAGES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "chatml; <|im_start|>system|be kind<|im_end|>|<|im_start|>user|abc<|im_end|>|<|im_start|>assistant|; hello there<|im_end|>; "
                        + "|<|im_start|>user|and now<|im_end|>|<|im_start|>assistant|; ciao<|im_end|>",
                "llama2-sys; [INST] <<SYS>>|be kind|<</SYS>>||abc [/INST]; hello there</s>; [INST] and now [/INST]; ciao</s>"
            })
    void answersAreFoundByTheTargetsTemplate(String template, String first, String one, String second, String two) {
        try (TargetModel target = TinyModels.open("--type", "F32", "--template", template);
                Corpus corpus = Corpus.open(folder.resolve(template), target)) {
            Regeneration done = Prefiller.run(
                    target, List.of(conversation()), corpus, options().build(), progress -> {});
            assertEquals(1, done.answers());
            assertEquals(0, done.cut());
            CorpusSequence text = corpus.find("c").orElseThrow();
            assertFalse(text.own());
            assertEquals(2, text.responses().size());
            List<String> parts = new ArrayList<>();
            int next = 0;
            for (ResponseSpan span : text.responses()) {
                parts.add(spell(target, text.tokens(), next, span.start()));
                parts.add(spell(target, text.tokens(), span.start(), span.end()));
                assertTrue(target.isEnd(text.tokens()[span.end() - 1]));
                next = span.end();
            }
            assertEquals(text.length(), next);
            assertEquals(
                    List.of(first, one, second, two),
                    parts.stream()
                            .map(part -> part.replace('\n', '|')
                                    .replaceFirst("^<s>", "")
                                    .strip())
                            .toList());
            // What a decoder is given before each answer is exactly what stands before its span.
            assertArrayEquals(
                    target.chatTokens(MESSAGES.subList(0, 2), true),
                    Arrays.copyOf(text.tokens(), text.responses().get(0).start()));
            assertArrayEquals(
                    target.chatTokens(MESSAGES.subList(0, 4), true),
                    Arrays.copyOf(text.tokens(), text.responses().get(1).start()));
            checkFeaturesAndArgmax(target, corpus, text);
        }
    }

    private static String spell(TargetModel target, int[] tokens, int start, int end) {
        StringBuilder text = new StringBuilder();
        for (int i = start; i < end; i++) {
            text.append(new String(target.tokenBytes(tokens[i], true)));
        }
        return text.toString();
    }

    private static void checkFeaturesAndArgmax(TargetModel target, Corpus corpus, CorpusSequence text) {
        int[] argmax = new int[text.length()];
        try (TargetSession session = target.newSession(SessionOptions.builder()
                        .context(256)
                        .taps(corpus.taps())
                        .hidden(true)
                        .f32Cache(true)
                        .build());
                Features kept = corpus.newFeatures();
                Features fresh = corpus.newFeatures()) {
            session.prefill(0, 0, text.tokens(), text.promptLength() - 1, fresh, argmax);
            corpus.read(text, kept);
            assertEquals(text.length(), kept.rows());
            for (int i = 0; i < kept.rows(); i++) {
                assertArrayEquals(fresh.row(i), kept.row(i), 2e-2f, "row " + i);
            }
        }
        boolean[] mask = text.lossMask();
        for (int i = 0; i < argmax.length; i++) {
            boolean predicts = i + 1 < argmax.length && mask[i + 1];
            assertEquals(predicts ? argmax[i] : -1, text.targetArgmax()[i], "argmax after token " + i);
        }
    }

    @Test
    void textsAndTokensAreKeptToo() {
        try (TargetModel target = TinyModels.open("--type", "F32");
                Corpus corpus = Corpus.open(folder, target)) {
            String tale = "once upon a time ".repeat(40);
            List<SourceText> texts = List.of(
                    new PlainText("tale", "general", tale),
                    new TokenText("tokens", "general", new int[] {65, 66, 67, 68, 69}, new boolean[] {
                        true, false, true, true, false
                    }),
                    conversation(),
                    new TokenText("late", "general", new int[400], maskFrom(300, 400)));
            RegenerationOptions options =
                    options().maxPromptTokens(20).maxResponseTokens(80).build();
            FeaturePlan plan = FeaturePlan.ofTexts(target, texts, corpus, options);
            Regeneration done = Prefiller.run(target, texts, corpus, options, progress -> {});
            assertEquals(1, done.tooLong(), "nothing of 'late' is trained within 100 tokens");
            assertEquals(done.answers(), corpus.sequences().size());
            assertEquals(
                    plan.bytes(),
                    folder.resolve("features.f16").toFile().length() + 100 * plan.rowBytes(),
                    "all but 'late'");
            CorpusSequence tokens = corpus.find("tokens").orElseThrow();
            assertEquals(List.of(new ResponseSpan(2, 4)), tokens.responses());
            int[] all = target.tokenize(tale, false, false);
            List<Integer> joined = new ArrayList<>();
            for (CorpusSequence piece : corpus.sequences()) {
                if (piece.id().startsWith("tale")) {
                    assertEquals(target.info().bos(), piece.tokens()[0]);
                    assertTrue(piece.length() <= 100);
                    assertEquals(List.of(new ResponseSpan(1, piece.length())), piece.responses());
                    Arrays.stream(piece.tokens()).skip(1).forEach(joined::add);
                }
            }
            assertArrayEquals(all, joined.stream().mapToInt(Integer::intValue).toArray());
            assertTrue(corpus.find("tale#2").isPresent());
            int there = corpus.sequences().size();
            assertEquals(
                    0,
                    Prefiller.run(target, texts, corpus, options, progress -> {})
                            .answers(),
                    "what is there isn't read again");
            assertEquals(there, corpus.sequences().size());
        }
    }

    private static boolean[] maskFrom(int from, int length) {
        boolean[] mask = new boolean[length];
        Arrays.fill(mask, from, length, true);
        return mask;
    }

    @Test
    void longConversationsAreCutAndCounted() {
        try (TargetModel target = TinyModels.open("--type", "F32");
                Corpus corpus = Corpus.open(folder, target)) {
            int first = target.chatTokens(MESSAGES.subList(0, 2), true).length;
            RegenerationOptions options =
                    options().maxPromptTokens(first).maxResponseTokens(3).build();
            assertEquals(
                    1,
                    Prefiller.run(target, List.of(conversation()), corpus, options, progress -> {})
                            .cut());
            CorpusSequence text = corpus.sequences().get(0);
            assertEquals(List.of(new ResponseSpan(first, first + 3)), text.responses());
            assertEquals(first + 3, text.length());
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> Prefiller.run(
                            target,
                            List.of(new Conversation("d", "general", MESSAGES)),
                            corpus,
                            options()
                                    .maxPromptTokens(first - 1)
                                    .maxResponseTokens(1)
                                    .slots(1)
                                    .build(),
                            progress -> {}));
            assertTrue(e.getMessage().contains("none of 1 texts"), e.getMessage());
        }
    }
}
