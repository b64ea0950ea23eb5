package org.gto4j.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetModel;

/**
 * How large a corpus's features will become at most: known before anything is written.
 *
 * @param file of the features
 * @param rowBytes bytes a token; 0 if the corpus keeps no features
 * @param tokens most tokens of prompts and responses that are still to come
 * @param free bytes that the file's disk has left
 */
public record FeaturePlan(Path file, long rowBytes, long tokens, long free) {
    /**
     * For prompts that the target answers. A response counts with its most tokens, a later turn's prompt with the most
     * tokens of a prompt, as the answers before it aren't known.
     *
     * @throws GtoException IO: the disk can't be asked
     */
    public static FeaturePlan ofPrompts(
            TargetModel target, List<Prompt> prompts, Corpus corpus, RegenerationOptions options) {
        long read = 0;
        long turns = 0;
        for (Prompt prompt : options.promptBudget() > 0
                ? prompts.subList(0, Math.min(options.promptBudget(), prompts.size()))
                : prompts) {
            int first = PromptTokens.of(target, prompt, List.of()).length;
            if (first > options.maxPromptTokens()) {
                continue;
            }
            for (int turn = 1; turn <= prompt.turns().size(); turn++) {
                if (corpus.find(PromptQueue.id(prompt, turn)).isEmpty()) {
                    read += turn == 1 ? first : options.maxPromptTokens();
                    turns++;
                }
            }
        }
        long written = turns * options.maxResponseTokens();
        if (options.tokenBudget() > 0) {
            // Each running text may be one token over when the budget is found to be spent.
            written = Math.min(written, Math.max(0, options.tokenBudget() - corpus.responseTokens()) + options.slots());
        }
        return of(corpus, read + written);
    }

    /**
     * For texts that are kept as they are.
     *
     * @throws GtoException as {@link TextTokens#of}; IO: the disk can't be asked
     */
    public static FeaturePlan ofTexts(
            TargetModel target, List<SourceText> texts, Corpus corpus, RegenerationOptions options) {
        long tokens = 0;
        for (SourceText text :
                options.promptBudget() > 0 ? texts.subList(0, Math.min(options.promptBudget(), texts.size())) : texts) {
            for (MaskedTokens masked : TextTokens.of(target, text, options.longest(), options.reasoning())) {
                tokens +=
                        corpus.find(masked.id()).isPresent() ? 0 : Math.min(options.longest(), masked.tokens().length);
            }
        }
        return of(corpus, tokens);
    }

    private static FeaturePlan of(Corpus corpus, long tokens) {
        try {
            return new FeaturePlan(
                    corpus.folder().resolve("features.f16"),
                    corpus.hasFeatures() ? corpus.rowBytes() : 0,
                    tokens,
                    Files.getFileStore(corpus.folder()).getUsableSpace());
        } catch (IOException e) {
            throw new GtoException(
                    GtoException.Kind.IO, "can't ask how much room the disk of " + corpus.folder() + " has: " + e, e);
        }
    }

    /** Bytes to come at most. */
    public long bytes() {
        return rowBytes * tokens;
    }

    /** Refuses to start what may not end; IO: names the file, what it needs and what is there. */
    public void requireRoom() {
        if (bytes() > free) {
            throw new GtoException(
                    GtoException.Kind.IO,
                    file + ": expected room for up to " + bytes() + " bytes (" + rowBytes + " a token, " + tokens
                            + " tokens), found " + free
                            + " on its disk; take fewer prompts or tokens, or keep no features");
        }
    }
}
