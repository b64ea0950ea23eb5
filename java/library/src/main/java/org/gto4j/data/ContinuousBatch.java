package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.gto4j.error.GtoException;
import org.gto4j.model.Features;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes many texts at once in a session of many texts: every step decodes either the prompt of a text that takes a
 * freed slot or the next token of all running texts, in one target pass. Slot i is sequence i.
 */
final class ContinuousBatch implements AutoCloseable {
    private final TargetModel target;
    private final TargetSession session;
    private final SamplerOptions sampling;
    private final int batchRows;
    private final int longest;
    private final List<WritingSlot> slots = new ArrayList<>();

    /**
     * @param batchRows most rows of one decode of the session, at least {@code slots}
     * @param longest tokens that a sequence of the session holds
     * @param capture makes a slot's features, or null to capture none
     */
    ContinuousBatch(
            TargetModel target,
            TargetSession session,
            SamplerOptions sampling,
            int slots,
            int batchRows,
            int longest,
            @Nullable Supplier<Features> capture) {
        if (slots < 1 || slots > batchRows) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "slots: expected 1.." + batchRows + " (rows of one batch), found " + slots);
        }
        this.target = target;
        this.session = session;
        this.sampling = sampling;
        this.batchRows = batchRows;
        this.longest = longest;
        for (int i = 0; i < slots; i++) {
            this.slots.add(new WritingSlot(i, capture == null ? null : capture.get()));
        }
    }

    /**
     * One step.
     *
     * @param jobs the next job, or null if there is none (it may be asked again)
     * @param done gets each text that is complete
     * @return false if nothing is running and no job is left
     */
    boolean step(Supplier<@Nullable WritingJob> jobs, Consumer<WrittenText> done) {
        fillSlots(jobs);
        BatchRows batch = BatchRows.of(slots, batchRows);
        if (batch.isEmpty()) {
            return false;
        }
        batch.decode(session);
        for (BatchRows.Run run : batch.runs()) {
            if (run.slot().features() != null) {
                session.capture(run.rows(), run.slot().features());
            }
            run.slot().advance(run.count());
        }
        draw(batch.runs().stream().filter(BatchRows.Run::output).toList());
        for (WritingSlot slot : slots) {
            if (slot.complete()) {
                done.accept(slot.written());
                free(slot);
            }
        }
        return true;
    }

    /** Hands over the decoded part of every running text and frees its slot. */
    void cut(Consumer<WrittenText> done) {
        for (WritingSlot slot : slots) {
            if (slot.busy()) {
                done.accept(slot.written());
                free(slot);
            }
        }
    }

    /** Response tokens of running texts. */
    int runningTokens() {
        return slots.stream().mapToInt(WritingSlot::responseLength).sum();
    }

    /** Prompts' worth of work that running texts hold. */
    double runningWork() {
        return slots.stream().mapToDouble(WritingSlot::done).sum();
    }

    private void fillSlots(Supplier<@Nullable WritingJob> jobs) {
        for (WritingSlot slot : slots) {
            if (slot.busy()) {
                continue;
            }
            WritingJob job = jobs.get();
            if (job == null) {
                return;
            }
            if (job.longest() > longest) {
                throw new GtoException(
                        GtoException.Kind.CONTEXT,
                        "prompt '" + job.id() + "' needs " + job.longest() + " tokens with its response, "
                                + "but a text's context holds " + longest);
            }
            slot.start(job, sampler(job));
        }
    }

    private void free(WritingSlot slot) {
        session.remove(slot.sequence, 0, -1);
        slot.stop();
    }

    /** Null for plain greedy writing, where the argmax of all rows in one call does. */
    private @Nullable Sampler sampler(WritingJob job) {
        if (sampling.isArgmax()) {
            return null;
        }
        Sampler sampler = Sampler.open(target, sampling.withSeed(job.seed()));
        sampler.accept(job.prompt());
        return sampler;
    }

    private void draw(List<BatchRows.Run> runs) {
        if (runs.isEmpty()) {
            return;
        }
        int[] rows = runs.stream().mapToInt(BatchRows.Run::last).toArray();
        int[] mostProbable = session.argmax(rows);
        Sampler[] samplers = runs.stream().map(run -> run.slot().sampler()).toArray(Sampler[]::new);
        int[] drawn = samplers[0] == null ? mostProbable : session.sample(rows, samplers);
        for (int i = 0; i < rows.length; i++) {
            runs.get(i).slot().draw(drawn[i], mostProbable[i], target.isEnd(drawn[i]));
        }
    }

    @Override
    public void close() {
        slots.forEach(WritingSlot::close);
    }
}
