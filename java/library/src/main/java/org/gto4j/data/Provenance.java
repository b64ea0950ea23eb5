package org.gto4j.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.gto4j.io.Sha256;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.SamplerOptions;
import org.jspecify.annotations.Nullable;

/**
 * What a text of a corpus was made from, so that the same id with another prompt isn't taken for it. Immutable.
 *
 * @param source digest of the prompt or of the text that was kept
 * @param settings what shaped the answer, in words
 */
public record Provenance(String source, String settings) {
    private static final int DIGEST_LENGTH = 32;
    private static final int SAMPLER_DIGEST_LENGTH = 8;

    /**
     * Of the target's answer to a prompt's turn (1-based). Its earlier answers follow from the prompt, so that they
     * don't count.
     */
    static Provenance ofAnswer(Prompt prompt, int turn, RegenerationOptions options) {
        String source = digest(
                "answer",
                prompt.tools(),
                prompt.messages(prompt.turns().subList(0, turn - 1).stream()
                        .map(before -> "")
                        .toList()));
        return new Provenance(
                source.substring(0, DIGEST_LENGTH),
                "at most " + options.maxResponseTokens() + " tokens, " + sampler(options.sampler()) + ", reasoning "
                        + (options.reasoning().trained() ? "kept " : "dropped ")
                        + options.reasoning().open() + options.reasoning().close());
    }

    /** Of a text that is kept as it is; what is trained of it is compared token by token. */
    static Provenance ofKept(SourceText text) {
        ArrayNode source = JsonNodeFactory.instance.arrayNode().add("kept");
        if (text instanceof Conversation conversation) {
            add(source, conversation.messages());
            new TreeSet<>(conversation.untrained()).forEach(source::add);
            addTools(source, conversation.tools());
        } else if (text instanceof PlainText plain) {
            source.add(plain.text());
        } else if (text instanceof TokenText given) {
            ArrayNode tokens = source.addArray();
            ArrayNode mask = source.addArray();
            for (int i = 0; i < given.tokens().length; i++) {
                tokens.add(given.tokens()[i]);
                mask.add(given.lossMask()[i]);
            }
        }
        return new Provenance(digest(source.toString()).substring(0, DIGEST_LENGTH), "kept as it is");
    }

    private static void add(ArrayNode source, List<ChatMessage> messages) {
        messages.forEach(message -> {
            source.add(message.role()).add(message.content());
            // what few messages have: the digests of others are those that older corpora hold
            if (!message.equals(new ChatMessage(message.role(), message.content()))) {
                ArrayNode more = source.addArray()
                        .add(message.reasoning())
                        .add(message.toolCallId())
                        .add(message.name());
                message.toolCalls()
                        .forEach(call -> more.add(call.id()).add(call.name()).add(call.arguments()));
            }
        });
    }

    private static void addTools(ArrayNode source, @Nullable String tools) {
        if (tools != null) {
            source.addObject().put("tools", tools);
        }
    }

    /** SHA-256 of messages and tools, in hex. */
    static String digest(String kind, @Nullable String tools, List<ChatMessage> messages) {
        ArrayNode source = JsonNodeFactory.instance.arrayNode().add(kind);
        add(source, messages);
        addTools(source, tools);
        return digest(source.toString());
    }

    private static String sampler(SamplerOptions sampler) {
        if (sampler.isArgmax()) {
            return "greedy";
        }
        SamplerOptions basic = SamplerOptions.builder()
                .temperature(sampler.temperature())
                .seed(sampler.seed())
                .build();
        // A map's order changes from process to process.
        Map<Integer, Float> bias = new TreeMap<>(sampler.logitBias());
        String all = List.of(
                        sampler.topK(),
                        sampler.topP(),
                        sampler.minP(),
                        sampler.typicalP(),
                        sampler.penaltyLastN(),
                        sampler.penaltyRepeat(),
                        sampler.penaltyFrequency(),
                        sampler.penaltyPresence(),
                        String.valueOf(sampler.grammar()),
                        bias)
                .toString();
        return "temperature " + sampler.temperature() + ", seed " + sampler.seed()
                + (sampler.equals(basic) ? "" : ", sampler " + digest(all).substring(0, SAMPLER_DIGEST_LENGTH));
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(Sha256.start().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
