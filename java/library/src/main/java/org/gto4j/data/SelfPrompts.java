package org.gto4j.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;
import org.gto4j.io.JsonLines;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.jspecify.annotations.Nullable;

/**
 * Prompts that the target writes itself: its chat template is fed up to the user's turn, and what it samples there is
 * what it believes that users ask (the idea of Magpie, arXiv 2406.08464). Junk and near-duplicates of earlier texts
 * ({@link Deduplication#NEAR}) are dropped. The file is a prompt file; a run that was stopped goes on behind its last
 * line.
 */
public final class SelfPrompts {
    /** Attempts a wanted prompt: a target that mostly writes junk must not run for ever. */
    private static final int MOST_ATTEMPTS = 8;

    private final TargetModel target;
    private final SelfPromptOptions options;
    private final IntConsumer progress;
    private final PromptFilter filter = new PromptFilter();
    private final DuplicateFilter duplicates = new DuplicateFilter(Deduplication.NEAR);
    private final List<Prompt> prompts = new ArrayList<>();
    private int attempt;
    private int junk;

    private SelfPrompts(TargetModel target, SelfPromptOptions options, IntConsumer progress) {
        this.target = target;
        this.options = options;
        this.progress = progress;
    }

    /**
     * Samples prompts into a file until it holds as many as wanted.
     *
     * @param file JSONL, made if missing, continued if there
     * @param progress gets the number of prompts after each target pass
     * @return the prompts of the file, at most {@code count}, and what was left out; fewer after the deadline or when 8
     *     attempts a wanted prompt were made
     * @throws GtoException FORMAT: the target has no chat template, or the file is broken; IO: the file can't be
     *     written
     */
    public static SelfWritten write(TargetModel target, Path file, SelfPromptOptions options, IntConsumer progress) {
        SelfPrompts writer = new SelfPrompts(target, options, progress);
        try (JsonLines lines = JsonLines.openRepairing(
                file, (object, line) -> writer.known(new JsonFile(file + " line " + line, object)))) {
            if (writer.wanted()) {
                writer.sample(lines);
            }
        }
        return new SelfWritten(
                writer.prompts.subList(0, Math.min(options.count(), writer.prompts.size())),
                writer.junk,
                writer.duplicates.near());
    }

    private boolean known(JsonFile line) {
        String id = line.text("id");
        String text = line.text("prompt");
        attempt = Math.max(attempt, (int) line.whole("attempt", 0, Integer.MAX_VALUE - 1) + 1);
        if (filter.accept(text)) {
            duplicates.remember(text);
            prompts.add(new Prompt(id, "self", List.of(text)));
        }
        return true;
    }

    private boolean wanted() {
        boolean inTime = options.deadline() == null || Instant.now().isBefore(options.deadline());
        return prompts.size() < options.count() && inTime;
    }

    private void sample(JsonLines lines) {
        UserTurn turn = UserTurn.of(target);
        int longest = turn.header().length + options.maxTokens();
        int batchRows = Math.max(options.slots(), 64);
        SessionOptions session = SessionOptions.builder()
                .context(options.slots() * longest)
                .batch(batchRows)
                .sequences(options.slots())
                .manyTexts(true)
                .build();
        try (TargetSession open = target.newSession(session);
                ContinuousBatch batch = new ContinuousBatch(
                        target, open, options.sampler(), options.slots(), batchRows, longest, turn.ends(), null)) {
            boolean more = true;
            while (more && wanted()) {
                more = batch.step(() -> job(turn), text -> keep(text, turn, lines));
                progress.accept(Math.min(prompts.size(), options.count()));
            }
        }
    }

    private @Nullable WritingJob job(UserTurn turn) {
        if (attempt >= (long) MOST_ATTEMPTS * options.count()) {
            return null;
        }
        int number = attempt++;
        return new WritingJob(
                "self-" + number,
                turn.header(),
                options.maxTokens(),
                options.sampler().seed() + 0x9E3779B9 * (number + 1),
                1);
    }

    private void keep(WrittenText text, UserTurn turn, JsonLines lines) {
        if (!text.ended() || !wanted()) {
            return;
        }
        int[] words = Arrays.copyOfRange(text.tokens(), turn.header().length, text.tokens().length - 1);
        String prompt = target.text(words).strip();
        if (!filter.accept(prompt)) {
            junk++;
        } else if (duplicates.accept(prompt)) {
            String id = text.job().id();
            lines.append(JsonNodeFactory.instance
                    .objectNode()
                    .put("id", id)
                    .put("category", "self")
                    .put("prompt", prompt)
                    .put("attempt", Integer.parseInt(id.substring("self-".length()))));
            prompts.add(new Prompt(id, "self", List.of(prompt)));
        }
    }
}
