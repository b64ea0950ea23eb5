package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;

import com.fasterxml.jackson.databind.JsonNode;
import org.gto4j.DraftModel;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TargetModel;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.StockServer;
import org.gto4j.it.support.TinyModels;
import org.gto4j.tree.Chain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A draft of ours in stock llama-server: it loads, and is accepted as often as in our own chain mode. */
class StockServerTest {
    private static final int CHAIN = 3;
    private static final int TOKENS = 200;
    private static final int PROMPTS = 8;

    @TempDir
    Path folder;

    @Test
    void acceptsOurDraftAsOftenAsOurChain() throws Exception {
        // few tokens: a random draft is right now and then
        String[] letters = {"--vocab", "14", "--seed", "5", "--scale", "2"};
        Path file = folder.resolve("draft.gguf");
        int accepted = 0;
        int drafted = 0;
        int stockAccepted = 0;
        int stockDrafted = 0;
        try (TargetModel target = TinyModels.open(letters); DraftModel draft = TinyModels.randomDraft(target, 7)) {
            draft.save(file, "F32");
            try (TreeDecoder chain = TreeDecoder.builder(target).draft(draft).policy(new Chain(CHAIN)).context(512).f32Cache(true).build();
                 StockServer server = new StockServer(folder.resolve("server.log"), "-m", TinyModels.target(letters).toString(), "-md", file.toString(),
                     "--spec-type", "draft-eagle3", "--spec-draft-n-max", Integer.toString(CHAIN), "-c", "512", "-np", "1", "-t", "1", "-ctk", "f32",
                     "-ctv", "f32", "-ctkd", "f32", "-ctvd", "f32", "-fa", "off", "--no-warmup")) {
                for (int[] prompt : Prompts.random(target, PROMPTS, 1)) {
                    Generation ours = chain.generate(prompt, GenerationOptions.builder().maxTokens(TOKENS).build());
                    JsonNode stock = server.complete(prompt, TOKENS);
                    assertEquals(target.text(ours.tokens()), stock.get("content").asText());
                    accepted += Arrays.stream(ours.statistics().acceptedPerCycle()).sum();
                    drafted += ours.statistics().cycles() * CHAIN;
                    JsonNode timings = stock.get("timings");
                    if (timings.has("draft_n")) {
                        stockDrafted += timings.get("draft_n").asInt();
                        stockAccepted += timings.get("draft_n_accepted").asInt();
                    }
                }
            }
        }
        String figures = "ours " + accepted + " of " + drafted + ", stock " + stockAccepted + " of " + stockDrafted;
        System.out.println(figures);
        assertTrue(stockDrafted > 100 && stockAccepted > 0, figures);
        assertEquals((double) stockAccepted / stockDrafted, (double) accepted / drafted, 0.02, figures);
    }
}
