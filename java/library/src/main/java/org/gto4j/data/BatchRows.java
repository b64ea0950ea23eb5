package org.gto4j.data;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.TargetSession;

/** The rows of one decode call and which slot each run of them belongs to. */
final class BatchRows {
    private final List<Run> runs = new ArrayList<>();
    private int size;

    /** Rows first..first+count-1 hold the slot's next tokens; output = the last of them is drawn from. */
    record Run(WritingSlot slot, int first, int count, boolean output) {
        int last() {
            return first + count - 1;
        }

        int[] rows() {
            int[] rows = new int[count];
            for (int i = 0; i < count; i++) {
                rows[i] = first + i;
            }
            return rows;
        }
    }

    /**
     * A prompt alone if one waits, {@code limit} rows of it at most, else the next token of every running text: what a
     * session of many texts takes.
     */
    static BatchRows of(List<WritingSlot> slots, int limit) {
        List<WritingSlot> waiting =
                slots.stream().filter(slot -> slot.waiting() > 0).toList();
        BatchRows batch = new BatchRows();
        for (WritingSlot slot : waiting.stream()
                .filter(slot -> slot.waiting() > 1)
                .findFirst()
                .map(List::of)
                .orElse(waiting)) {
            int count = Math.min(slot.waiting(), limit);
            batch.runs.add(new Run(slot, batch.size, count, count == slot.waiting() && slot.draws()));
            batch.size += count;
        }
        return batch;
    }

    List<Run> runs() {
        return runs;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void decode(TargetSession session) {
        int[] tokens = new int[size];
        int[] positions = new int[size];
        int[][] sequences = new int[size][];
        boolean[] output = new boolean[size];
        for (Run run : runs) {
            int[] sequence = {run.slot().sequence};
            for (int i = 0; i < run.count(); i++) {
                int row = run.first() + i;
                positions[row] = run.slot().position() + i;
                tokens[row] = run.slot().token(positions[row]);
                sequences[row] = sequence;
            }
            output[run.last()] = run.output();
        }
        session.decode(tokens, positions, sequences, output);
    }
}
