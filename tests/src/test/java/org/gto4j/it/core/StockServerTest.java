package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.StockProgram;
import org.gto4j.it.support.TinyModels;
import org.gto4j.lab.stock.StockCompletion;
import org.gto4j.lab.stock.StockServer;
import org.gto4j.model.ContextVocabulary;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.Chain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A draft of ours in stock llama-server: it loads, and is accepted as often as in our own chain mode. */
class StockServerTest {
    private static final int CHAIN = 3;
    private static final int TOKENS = 200;
    private static final int PROMPTS = 8;
    // few tokens: a random draft is right now and then
    private static final String[] LETTERS = {"--vocab", "14", "--seed", "5", "--scale", "2"};

    @TempDir
    Path folder;

    private static List<String> arguments(Path target, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "-m",
                target.toString(),
                "-c",
                "512",
                "-np",
                "1",
                "-t",
                "1",
                "-ctk",
                "f32",
                "-ctv",
                "f32",
                "-fa",
                "off",
                "--no-warmup"));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private static List<String> withDraft(Path draft) {
        return arguments(
                TinyModels.target(LETTERS),
                "-md",
                draft.toString(),
                "--spec-type",
                "draft-eagle3",
                "--spec-draft-n-max",
                Integer.toString(CHAIN),
                "-ctkd",
                "f32",
                "-ctvd",
                "f32");
    }

    @Test
    void acceptsOurDraftAsOftenAsOurChain() {
        try (TargetModel target = TinyModels.open(LETTERS);
                DraftModel draft = TinyModels.randomDraft(target, 7)) {
            Path file = folder.resolve("draft.gguf");
            draft.save(file, DraftFileType.F32);
            acceptsAsOften(target, draft, file);
        }
    }

    /** It loads a draft with a context vocabulary, and drafts with the draft's own vocabulary alone. */
    @Test
    void ignoresAContextVocabulary() {
        int[] most = IntStream.range(0, 14).filter(token -> token % 4 != 1).toArray();
        try (TargetModel target = TinyModels.open(LETTERS);
                DraftModel draft = TinyModels.randomDraft(target, most, 7)) {
            Path file = folder.resolve("context.gguf");
            draft.setContextVocabulary(new ContextVocabulary(0, 2));
            draft.save(file, DraftFileType.F32);
            draft.removeContextVocabulary();
            acceptsAsOften(target, draft, file);
        }
    }

    private static void acceptsAsOften(TargetModel target, DraftModel draft, Path file) {
        int accepted = 0;
        int cycles = 0;
        int stockAccepted = 0;
        int stockDrafted = 0;
        int stockCycles = 0;
        try (TreeDecoder chain = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(new Chain(CHAIN))
                        .context(512)
                        .f32Cache(true)
                        .build();
                StockServer server = StockServer.start(StockProgram.path(), withDraft(file))) {
            for (int[] prompt : Prompts.random(target, PROMPTS, 1)) {
                Generation ours = chain.generate(
                        prompt, GenerationOptions.builder().maxTokens(TOKENS).build());
                StockCompletion stock = server.complete(prompt, TOKENS, 0, 0);
                assertArrayEquals(ours.tokens(), stock.tokens());
                assertEquals(ours.text(), stock.text());
                assertEquals(ours.reason() == Generation.FinishReason.END_OF_GENERATION, stock.ended());
                accepted += Arrays.stream(ours.statistics().acceptedPerCycle()).sum();
                cycles += ours.statistics().cycles();
                stockAccepted += stock.accepted();
                stockDrafted += stock.drafted();
                stockCycles += stock.cycles();
                assertTrue(stock.gained() <= stock.cycles() + stock.accepted(), stock.toString());
            }
        }
        String figures = "ours " + accepted + " of " + cycles * CHAIN + ", stock " + stockAccepted + " of "
                + stockDrafted + "; cycles " + cycles + " and " + stockCycles;
        System.out.println(figures);
        assertTrue(stockDrafted > 100 && stockAccepted > 0, figures);
        assertEquals((double) stockAccepted / stockDrafted, (double) accepted / (cycles * CHAIN), 0.02, figures);
        assertEquals(1, (double) stockCycles / cycles, 0.02, figures);
    }

    @Test
    void decodesPlainly() {
        try (TargetModel target = TinyModels.open(LETTERS);
                StockServer server = StockServer.start(StockProgram.path(), arguments(TinyModels.target(LETTERS)))) {
            for (int[] prompt : Prompts.random(target, 3, 2)) {
                StockCompletion stock = server.complete(prompt, 20, 0, 0);
                assertEquals(stock.gained(), stock.cycles());
                assertEquals(0, stock.drafted());
                assertTrue(stock.seconds() > 0);
                assertArrayEquals(
                        server.complete(prompt, 20, 1, 5).tokens(),
                        server.complete(prompt, 20, 1, 5).tokens(),
                        "the seed decides");
            }
        }
    }

    @Test
    void sleepsBetweenRequests() {
        // A second thread polls for work after each graph. On a busy machine each of its barriers takes long: few
        // tokens.
        try (StockServer server =
                StockServer.start(StockProgram.path(), arguments(TinyModels.target(LETTERS), "-t", "2"))) {
            server.complete(new int[] {3, 0, 1}, 3, 0, 0);
            assertTrue(server.settle());
        }
    }

    @Test
    void whatItCantLoadIsToldWithItsLog() throws IOException {
        Path file = folder.resolve("draft.gguf");
        try (TargetModel target = TinyModels.open(LETTERS);
                DraftModel draft = TinyModels.randomDraft(target, 7)) {
            draft.save(file, DraftFileType.F32);
        }
        byte[] whole = Files.readAllBytes(file);
        Path cut = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, whole.length / 2));
        for (List<String> arguments : List.of(
                withDraft(cut),
                arguments(folder.resolve("nowhere.gguf")),
                arguments(TinyModels.target(LETTERS), "--no-such-option"))) {
            GtoException e = assertThrows(GtoException.class, () -> StockServer.start(StockProgram.path(), arguments));
            assertEquals(GtoException.Kind.IO, e.kind());
            System.out.println(e.getMessage());
            assertTrue(
                    e.getMessage().contains("llama-server ended with exit code ")
                            && e.getMessage().contains("its log ends with:\n"),
                    e.getMessage());
        }
    }
}
