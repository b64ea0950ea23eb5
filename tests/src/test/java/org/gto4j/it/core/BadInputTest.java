package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.error.GtoException.Kind;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Quantization;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file or a caller holds: one exception that names what and where, and the JVM lives to run the next test.
 */
class BadInputTest {
    private static final GenerationOptions SHORT =
            GenerationOptions.builder().maxTokens(4).build();

    private static TargetModel target;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320", "--seed", "3");
    }

    @AfterAll
    static void close() {
        target.close();
    }

    private static void fails(Kind kind, Runnable call, Object... named) {
        GtoException e = assertThrows(GtoException.class, call::run);
        assertEquals(kind, e.kind(), e.getMessage());
        for (Object name : named) {
            assertTrue(e.getMessage().contains(name.toString()), name + " is not named in: " + e.getMessage());
        }
    }

    @Test
    void missingFile() {
        Path missing = folder.resolve("missing.gguf");
        fails(Kind.IO, () -> TargetModel.open(missing), missing);
        fails(Kind.IO, () -> DraftModel.load(target, missing), missing);
        fails(Kind.IO, () -> TargetModel.open(folder), folder);
        fails(Kind.IO, () -> TargetModel.requantize(missing, folder.resolve("out.gguf"), Quantization.F16, 1), missing);
    }

    @Test
    void truncatedFile() throws IOException {
        byte[] whole = Files.readAllBytes(target.path());
        for (int bytes : new int[] {0, 3, 8, 20, 100, 1000, whole.length / 2, whole.length - 1}) {
            Path file = Files.write(folder.resolve("cut-" + bytes + ".gguf"), Arrays.copyOf(whole, bytes));
            GtoException e = assertThrows(GtoException.class, () -> TargetModel.open(file), () -> bytes + " bytes");
            assertTrue(e.kind() == Kind.IO || e.kind() == Kind.FORMAT, e.kind() + " " + e.getMessage());
            assertTrue(e.getMessage().contains(file.toString()), e.getMessage());
        }
    }

    @Test
    void notAGguf() throws IOException {
        Path file = Files.writeString(folder.resolve("prose.gguf"), "Once upon a time there was a file. ".repeat(100));
        fails(Kind.FORMAT, () -> TargetModel.open(file), file);
        fails(Kind.FORMAT, () -> DraftModel.load(target, file), file);
    }

    @Test
    void wrongArchitecture() {
        Path encoder = TinyModels.target("--arch", "bert");
        fails(Kind.FORMAT, () -> TargetModel.open(encoder), encoder, "bert");
        Path draft = TinyModels.target("--arch", "eagle3");
        fails(Kind.FORMAT, () -> TargetModel.open(draft), draft, "eagle3");
        fails(Kind.FORMAT, () -> DraftModel.load(target, target.path()), target.path(), "eagle3", "llama");
    }

    @Test
    void draftOfAnotherTarget() {
        Path file = folder.resolve("draft.gguf");
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            draft.save(file, DraftFileType.F32);
        }
        try (TargetModel wider = TinyModels.open("--vocab", "320", "--embd", "64");
                TargetModel largerVocabulary = TinyModels.open("--vocab", "400")) {
            fails(Kind.FORMAT, () -> DraftModel.load(wider, file), file, 32, 64);
            fails(Kind.FORMAT, () -> DraftModel.load(largerVocabulary, file), file, 320, 400);
            try (DraftModel draft = DraftModel.load(target, file)) {
                fails(
                        Kind.ARGUMENT,
                        () -> TreeDecoder.builder(wider).draft(draft).build(),
                        32,
                        64);
            }
        }
    }

    @Test
    void draftConfigurations() {
        DraftConfig.Builder valid = DraftConfig.builder().taps(target.defaultTaps());
        fails(Kind.ARGUMENT, () -> valid.vocabulary(5, 4).build(), "ascend");
        fails(Kind.ARGUMENT, () -> valid.vocabulary().build(), "vocabulary");
        fails(Kind.ARGUMENT, () -> DraftConfig.builder().vocabulary(1).build(), "taps");
        fails(
                Kind.ARGUMENT,
                () -> DraftModel.create(target, valid.vocabulary(1, 320).build()),
                320);
        fails(
                Kind.ARGUMENT,
                () -> DraftModel.create(
                        target,
                        DraftConfig.builder().vocabulary(1).taps(0, 1, 99).build()),
                99);
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            fails(Kind.ARGUMENT, () -> draft.tensor("nonsense"), "nonsense");
            String name = draft.tensorNames().get(0);
            fails(Kind.ARGUMENT, () -> draft.setTensor(name, new float[1]), name);
            fails(Kind.IO, () -> draft.save(folder.resolve("no/such/folder.gguf"), DraftFileType.F32), "no/such");
        }
    }

    @Test
    void prompts() {
        try (TreeDecoder decoder = TreeDecoder.builder(target).context(32).build()) {
            fails(Kind.CONTEXT, () -> decoder.generate(new int[33], SHORT), 33, 32);
            fails(Kind.ARGUMENT, () -> decoder.generate(new int[0], SHORT), "prompt");
            fails(Kind.ARGUMENT, () -> decoder.generate(new int[] {1, 320}, SHORT), 320);
            fails(Kind.ARGUMENT, () -> decoder.generate(new int[] {-1}, SHORT), -1);
            assertEquals(4, decoder.generate(new int[] {1}, SHORT).tokens().length, "it works on");
        }
        try (TargetModel bare = TinyModels.open("--vocab", "320", "--no-template")) {
            fails(Kind.FORMAT, () -> bare.chat(List.of(ChatMessage.user("hi")), true), "template");
            try (TreeDecoder decoder = TreeDecoder.builder(bare).context(32).build()) {
                fails(Kind.FORMAT, () -> decoder.chat(List.of(ChatMessage.user("hi")), SHORT, text -> {}), "template");
                fails(Kind.FORMAT, () -> decoder.streamChat(List.of(ChatMessage.user("hi")), SHORT), "template");
                assertEquals(4, decoder.generate(new int[] {1}, SHORT).tokens().length, "it works on");
            }
        }
    }

    @Test
    void sessionArguments() {
        fails(Kind.ARGUMENT, () -> SessionOptions.builder().context(7).build(), "context", 7);
        fails(Kind.ARGUMENT, () -> SessionOptions.builder().sequences(257).build(), "sequences", 257);
        fails(Kind.ARGUMENT, () -> SessionOptions.builder().taps(new int[2]).build(), "taps", 2);
        fails(
                Kind.ARGUMENT,
                () -> SamplerOptions.builder().temperature(Float.NaN).build(),
                "temperature");
        fails(Kind.ARGUMENT, () -> GenerationOptions.builder().maxTokens(0).build(), "maxTokens");
        try (TargetSession session = target.newSession(
                        SessionOptions.builder().context(64).sequences(3).build());
                Sampler sampler = Sampler.open(target, SamplerOptions.greedy())) {
            boolean[] output = {true};
            fails(
                    Kind.ARGUMENT,
                    () -> session.decode(new int[] {1}, new int[] {0, 1}, new int[][] {{0}}, output),
                    "positions");
            fails(Kind.ARGUMENT, () -> session.decode(new int[] {320}, new int[] {0}, new int[][] {{0}}, output), 320);
            fails(Kind.ARGUMENT, () -> session.decode(new int[] {1}, new int[] {0}, new int[][] {{3}}, output), 3);
            fails(Kind.ARGUMENT, () -> session.decode(new int[] {1}, new int[] {0}, new int[][] {{}}, output));
            fails(Kind.ARGUMENT, () -> session.logits(0));
            fails(Kind.ARGUMENT, () -> session.argmax(new int[] {5}), 5);
            session.prefill(0, 0, new int[] {1, 2, 3}, 2, null, null);
            fails(Kind.ARGUMENT, () -> session.logits(1));
            assertEquals(320, session.logits(2).length);
            int[] none = {-1, -1, -1};
            DraftTree threeLeaves = new DraftTree(new int[] {4, 5, 6}, none, new float[3], new float[3]);
            fails(Kind.ARGUMENT, () -> session.verify(0, 3, 1, threeLeaves, sampler, null), "leaves", 3);
            DraftTree disordered = new DraftTree(new int[] {4, 5}, new int[] {1, -1}, new float[2], new float[2]);
            fails(Kind.ARGUMENT, () -> session.verify(0, 3, 1, disordered, sampler, null), "parents");
            assertTrue(session.verify(0, 3, 1, DraftTree.empty(), sampler, null).next() >= 0, "it works on");
        }
    }
}
