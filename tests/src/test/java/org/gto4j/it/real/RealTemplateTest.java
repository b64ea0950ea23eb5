package org.gto4j.it.real;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptSet;
import org.gto4j.it.support.StockProgram;
import org.gto4j.lab.quickstart.RealModel;
import org.gto4j.lab.stock.StockServer;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;

/** What a real model reads and answers in a chat is what stock llama-server with --jinja reads and answers. */
class RealTemplateTest {
    private static final int CONVERSATIONS = 50;
    private static final int ANSWERED = Integer.getInteger("gto4j.real.chats", 6);
    private static final int TOKENS = 32;

    /** With and without a system message, of one turn and of several. */
    private static List<List<ChatMessage>> conversations() {
        List<Prompt> prompts = PromptSet.bundled();
        List<List<ChatMessage>> all = new ArrayList<>();
        for (int i = 0; i < CONVERSATIONS; i++) {
            List<ChatMessage> messages = new ArrayList<>();
            if (i % 3 == 1) {
                messages.add(ChatMessage.system("Answer in line " + i + ".\n"));
            }
            for (int turn = 0; turn < i % 4; turn++) {
                messages.add(ChatMessage.user(" Is it " + turn + " < " + i + "? "));
                messages.add(ChatMessage.assistant("\"Yes\", it's é🙂."));
            }
            messages.add(ChatMessage.user(prompts.get(i).turns().get(0)));
            all.add(messages);
        }
        return all;
    }

    private static String json(List<ChatMessage> messages) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        messages.forEach(
                message -> array.addObject().put("role", message.role()).put("content", message.content()));
        return array.toString();
    }

    @Test
    void promptsAndGreedyAnswersAreStockOnes() {
        GenerationOptions options =
                GenerationOptions.builder().maxTokens(TOKENS).build();
        List<String> arguments = List.of(
                "-m",
                RealModel.f32().toString(),
                "--jinja",
                "-c",
                "1024",
                "-np",
                "1",
                "-ctk",
                "f32",
                "-ctv",
                "f32",
                "-fa",
                "off",
                "--no-warmup");
        try (TargetModel target = TargetModel.open(RealModel.f32());
                TreeDecoder decoder =
                        TreeDecoder.builder(target).context(1024).f32Cache(true).build();
                StockServer server = StockServer.start(StockProgram.path(), arguments)) {
            List<List<ChatMessage>> conversations = conversations();
            for (List<ChatMessage> messages : conversations) {
                assertEquals(server.template(json(messages)), target.chat(messages, true));
            }
            for (List<ChatMessage> messages : conversations.subList(0, ANSWERED)) {
                assertEquals(
                        server.chat(json(messages), TOKENS),
                        decoder.chat(messages, options, text -> {}).text());
            }
        }
    }
}
