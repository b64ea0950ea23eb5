package org.gto4j.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The turns that are still to be answered, as jobs. Turn 1 of prompt "a" is sequence "a", turn n is "a#n"; a turn
 * becomes a job once the turn before is in the corpus and was ended by the target itself.
 */
final class PromptQueue {
    private static final Logger LOG = LoggerFactory.getLogger(PromptQueue.class);

    private final TargetModel target;
    private final Corpus corpus;
    private final RegenerationOptions options;
    private final Iterator<Prompt> prompts;
    private final Deque<Turn> followUps = new ArrayDeque<>();
    private int number;
    private int finished;
    private double done;
    private int tooLong;

    private record Turn(Prompt prompt, List<String> answers, int seed) {
        String id() {
            return PromptQueue.id(prompt, number());
        }

        /** 1-based. */
        int number() {
            return answers.size() + 1;
        }

        /** Of its prompt. */
        double share() {
            return 1.0 / prompt.turns().size();
        }
    }

    private final Map<String, Turn> running = new HashMap<>();

    PromptQueue(TargetModel target, Corpus corpus, List<Prompt> prompts, RegenerationOptions options) {
        this.target = target;
        this.corpus = corpus;
        this.options = options;
        this.prompts = prompts.iterator();
    }

    /** Refuses prompts whose turns would be sequences of one id; ARGUMENT: names it. */
    static void requireDistinct(List<Prompt> prompts) {
        Set<String> ids = new HashSet<>();
        for (Prompt prompt : prompts) {
            for (int turn = 1; turn <= prompt.turns().size(); turn++) {
                if (!ids.add(id(prompt, turn))) {
                    throw new GtoException(
                            GtoException.Kind.ARGUMENT,
                            where(prompt, turn) + ": expected ids that differ, found '" + id(prompt, turn) + "' again");
                }
            }
        }
    }

    /** Refuses a prompt under whose id the corpus holds something else; ARGUMENT: names it. */
    static void requireSame(Corpus corpus, Prompt prompt, RegenerationOptions options) {
        for (int turn = 1; turn <= prompt.turns().size(); turn++) {
            corpus.find(id(prompt, turn), Provenance.ofAnswer(prompt, turn, options), where(prompt, turn));
        }
    }

    private static String where(Prompt prompt, int turn) {
        return "prompt '" + prompt.id() + "'" + (turn > 1 ? ", turn " + turn : "");
    }

    /** Id of the sequence of a turn, 1-based. */
    static String id(Prompt prompt, int turn) {
        return turn == 1 ? prompt.id() : prompt.id() + "#" + turn;
    }

    /** The next job, or null if none is ready. */
    @Nullable WritingJob next() {
        while (true) {
            Turn turn = nextTurn();
            if (turn == null) {
                return null;
            }
            int[] tokens = tokens(turn);
            if (tokens == null) {
                continue;
            }
            Optional<CorpusSequence> there =
                    corpus.find(turn.id(), provenance(turn), where(turn.prompt(), turn.number()));
            if (there.isPresent()) {
                int[] text = there.get().tokens();
                requirePrompt(turn, there.get(), tokens);
                follow(turn, text, new ResponseSpan(Math.min(tokens.length, text.length), text.length));
                continue;
            }
            if (tokens.length > options.maxPromptTokens()) {
                LOG.warn(
                        "prompt '{}' is left out: {} tokens, at most {} are taken",
                        turn.id(),
                        tokens.length,
                        options.maxPromptTokens());
                tooLong++;
                finish(turn);
                continue;
            }
            running.put(turn.id(), turn);
            return new WritingJob(turn.id(), tokens, options.maxResponseTokens(), turn.seed(), turn.share());
        }
    }

    private Provenance provenance(Turn turn) {
        return Provenance.ofAnswer(turn.prompt(), turn.number(), options);
    }

    /** What a running job's text will have been made from. */
    Provenance provenance(String id) {
        return provenance(Objects.requireNonNull(running.get(id), id));
    }

    /** Texts of older versions are known by their prompts' tokens alone. */
    private void requirePrompt(Turn turn, CorpusSequence there, int[] tokens) {
        if (there.provenance() == null
                && (tokens.length > there.length()
                        || !Arrays.equals(tokens, Arrays.copyOf(there.tokens(), tokens.length)))) {
            throw corpus.other(turn.id(), where(turn.prompt(), turn.number()), "whose prompt has other tokens");
        }
    }

    /** Of a turn's prompt; null if the target's tokenizer can't take it: then the turn is left out. */
    private int @Nullable [] tokens(Turn turn) {
        try {
            return PromptTokens.of(target, turn.prompt(), turn.answers());
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.ARGUMENT) {
                throw e;
            }
            LOG.warn("{}; it is left out", e.getMessage());
            tooLong++;
            finish(turn);
            return null;
        }
    }

    private @Nullable Turn nextTurn() {
        if (!followUps.isEmpty()) {
            return followUps.poll();
        }
        return prompts.hasNext()
                ? new Turn(prompts.next(), List.of(), options.sampler().seed() + 0x9E3779B9 * ++number)
                : null;
    }

    /** Tells that a job's text is in the corpus. */
    void answered(String id, int[] text, ResponseSpan response) {
        follow(running.remove(id), text, response);
    }

    private void follow(Turn turn, int[] text, ResponseSpan response) {
        boolean ended = response.length() > 0 && target.isEnd(text[text.length - 1]);
        if (ended && turn.answers().size() + 1 < turn.prompt().turns().size()) {
            List<String> answers = new ArrayList<>(turn.answers());
            int[] answer = options.reasoning().answer(new TargetChat(target), text, response);
            // A template takes C strings; a target that writes a NUL is rare, but it must not end the run.
            answers.add(target.text(answer).replace("\0", "").strip());
            followUps.add(new Turn(turn.prompt(), answers, turn.seed() + 1));
            done += turn.share();
        } else {
            finish(turn);
        }
    }

    private void finish(Turn turn) {
        finished++;
        done += 1 - turn.answers().size() * turn.share();
    }

    /** Prompts that need nothing more. */
    int finished() {
        return finished;
    }

    /** The same, with the answered turns of the others as parts of one. */
    double done() {
        return done;
    }

    int tooLong() {
        return tooLong;
    }
}
