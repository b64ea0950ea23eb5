package org.gto4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.gto4j.common.Arguments;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/**
 * How a model writes its answer to a conversation: reasoning, text and calls of tools. llama.cpp's chat parsers find it
 * in the model's chat template. Its grammar keeps calls to what the tools take, or the whole answer to a JSON schema;
 * {@link #read} takes an answer apart. Thread-safe.
 */
public final class AnswerFormat extends NativeHandle {
    private final EngineAnswerFormat engine;
    private final Vocabulary vocabulary;
    private final String grammar;
    private final @Nullable String prefix;
    private final List<GrammarTrigger> triggers;
    private final List<String> stops;
    private final Set<Integer> stopTokens;

    AnswerFormat(TargetModel target, EngineAnswerFormat engine) {
        super("AnswerFormat", Sharing.CONCURRENT, target);
        this.engine = engine;
        vocabulary = target.vocabulary();
        JsonNode format = ChatJson.value("format", engine.describe());
        grammar = format.path("grammar").asText();
        String before = format.path("prefix").asText();
        prefix = before.isEmpty() ? null : before;
        triggers = new ArrayList<>();
        format.path("triggers")
                .forEach(one -> triggers.add(new GrammarTrigger(
                        one.path("text").asText(), one.path("pattern").asBoolean())));
        stops = new ArrayList<>();
        stopTokens = new TreeSet<>();
        for (JsonNode stop : format.path("stops")) {
            int[] tokens = target.tokenize(stop.asText(), false, true);
            if (tokens.length == 1) {
                stopTokens.add(tokens[0]);
            } else {
                stops.add(stop.asText());
            }
        }
    }

    /**
     * The GBNF that answers follow, from a trigger on if there are triggers, else behind {@link #prefix}; none if any
     * text is an answer.
     */
    public Optional<String> grammar() {
        return grammar.isEmpty() ? Optional.empty() : Optional.of(grammar);
    }

    /** The end of the prompt that the grammar takes before the answer. */
    public Optional<String> prefix() {
        return Optional.ofNullable(prefix);
    }

    /** What the grammar begins with; if there are none it holds from the answer's beginning. */
    public List<GrammarTrigger> triggers() {
        return List.copyOf(triggers);
    }

    /** Texts that end an answer, besides the model's own end tokens and {@link #stopTokens}. */
    public List<String> stops() {
        return List.copyOf(stops);
    }

    /** Tokens that end an answer, besides the model's own end tokens. */
    public Set<Integer> stopTokens() {
        return Set.copyOf(stopTokens);
    }

    /**
     * The same sampler, kept to this format; what is drawn is still the target's own distribution among the tokens that
     * the format allows. Kind ARGUMENT if the sampler has a grammar already.
     */
    public SamplerOptions constrain(SamplerOptions sampler) {
        Arguments.check(sampler.grammar() == null, "sampler: it has a grammar already, and an answer's format is one");
        return grammar.isEmpty() ? sampler : sampler.withGrammar(grammar, triggers, prefix);
    }

    /**
     * An answer's text as {@link #read(String)} takes it.
     *
     * @param tokens without the end token
     */
    public String text(int... tokens) {
        return vocabulary.text(true, tokens);
    }

    /**
     * Takes a whole answer apart: content, reasoning and calls. A call that the model gave no id gets one.
     *
     * @param answer with control tokens written out, without the end token ({@link #text})
     * @throws GtoException kind FORMAT: the answer doesn't have the format, e.g. as it was cut off within a call
     */
    public ChatMessage read(String answer) {
        return ChatJson.answer(json(answer, false), true);
    }

    /** What is known of an answer that goes on: its text and reasoning so far, and the calls that are whole. */
    public ChatMessage readSoFar(String answer) {
        return ChatJson.answer(json(answer, true), false);
    }

    private ObjectNode json(String answer, boolean partial) {
        byte[] utf8 = Arguments.utf8("answer", Objects.requireNonNull(answer, "answer"));
        return ChatJson.object("answer", using(() -> engine.read(utf8, partial), this));
    }

    @Override
    protected void free() {
        engine.free();
    }
}
