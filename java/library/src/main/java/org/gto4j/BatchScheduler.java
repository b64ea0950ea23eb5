package org.gto4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.gto4j.Generation.FinishReason;
import org.gto4j.model.TargetSession;
import org.gto4j.model.TreeOutcome;
import org.gto4j.model.TreeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of a {@link BatchDecoder}: waiting requests take free slots, first come first served; prompts are read in
 * bounded chunks, in turn; all other requests get one tree each, an even share of the pass's nodes, and are verified
 * together. What one leaves of its share goes to those after it; who is first changes each round. However it ends,
 * every request ends, too.
 */
final class BatchScheduler implements Runnable {
    private final TargetSession session;
    private final List<BatchSlot> slots;
    private final int nodes;
    private final int promptRows;
    private final int maxWaiting;
    private final Object lock = new Object();
    private final Deque<BatchRequest> waiting = new ArrayDeque<>();
    private final AtomicInteger running = new AtomicInteger();
    private boolean closing;
    private boolean ended;
    private @Nullable Throwable broken;
    private final AtomicLong passes = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private int promptTurn;
    private int treeTurn;

    /**
     * @param nodes most nodes of all trees of a pass
     * @param promptRows most rows of prompts between two passes of trees
     * @param maxWaiting most requests without a slot
     */
    BatchScheduler(TargetSession session, List<BatchSlot> slots, int nodes, int promptRows, int maxWaiting) {
        this.session = session;
        this.slots = slots;
        this.nodes = nodes;
        this.promptRows = promptRows;
        this.maxWaiting = maxWaiting;
        slots.forEach(slot -> slot.whenFreed(running::decrementAndGet));
    }

    long passes() {
        return passes.get();
    }

    BatchStatus status() {
        synchronized (lock) {
            return new BatchStatus(running.get(), waiting.size(), passes.get(), rows.get());
        }
    }

    void submit(BatchRequest request) {
        synchronized (lock) {
            if (ended) {
                throw new IllegalStateException("the scheduler of this decoder has ended", broken);
            }
            int free = slots.size() - running.get();
            if (waiting.size() >= (long) maxWaiting + free) {
                throw new RejectedExecutionException(String.format(
                        Locale.ROOT,
                        "%d requests run and %d wait: expected at most maxWaiting = %d to wait",
                        running.get(),
                        waiting.size(),
                        maxWaiting));
            }
            waiting.add(request);
            lock.notifyAll();
        }
    }

    /** Makes {@link #run} end all requests and return. */
    void stop() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
    }

    @Override
    public void run() {
        try {
            while (awaitWork()) {
                round();
            }
            end(null);
        } catch (RuntimeException | Error e) {
            end(e);
        }
    }

    /**
     * Waits until there is something to do; false once there shall be no more. Interrupts are whoever's, and end
     * nothing.
     */
    private boolean awaitWork() {
        synchronized (lock) {
            while (!closing && waiting.isEmpty() && running.get() == 0) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // Nobody interrupts this thread to end it: close() says so.
                }
            }
            return !closing;
        }
    }

    /** @param why a failure that no request caused, or null: the decoder is closed */
    private void end(@Nullable Throwable why) {
        synchronized (lock) {
            ended = true;
            broken = why;
        }
        if (why == null) {
            slots.forEach(slot -> slot.end(FinishReason.DECODER_CLOSED));
        }
        Throwable failure = why != null ? why : new IllegalStateException("the decoder is closed");
        slots.forEach(slot -> slot.fail(failure));
        takeWaiting(request -> true, request -> {
            if (why == null) {
                request.decline(FinishReason.DECODER_CLOSED);
            } else {
                request.fail(why);
            }
        });
    }

    private void round() {
        admit();
        readPrompts();
        verifyTrees();
    }

    private void admit() {
        takeWaiting(BatchRequest::isCancelled, request -> request.decline(FinishReason.CANCELLED));
        slots.forEach(BatchSlot::settle);
        if (slots.stream().allMatch(BatchSlot::isFree) && slots.stream().anyMatch(BatchSlot::isNotFinite)) {
            session.clear();
            slots.forEach(BatchSlot::forget);
        }
        for (Optional<BatchSlot> free = freeSlot(new int[0]); free.isPresent(); free = freeSlot(new int[0])) {
            BatchRequest request;
            synchronized (lock) {
                request = waiting.poll();
                if (request == null) {
                    return;
                }
                running.incrementAndGet();
            }
            freeSlot(request.prompt()).orElseThrow().admit(request);
        }
    }

    /** The free slot that holds most of the prompt. */
    private Optional<BatchSlot> freeSlot(int[] prompt) {
        return slots.stream().filter(BatchSlot::isFree).max(Comparator.comparingInt(slot -> slot.kept(prompt)));
    }

    /** Takes those out of the queue that meet a condition, and ends them; a failure with one leaves the others. */
    private void takeWaiting(Predicate<BatchRequest> condition, Consumer<BatchRequest> end) {
        List<BatchRequest> taken = new ArrayList<>();
        synchronized (lock) {
            waiting.removeIf(request -> condition.test(request) && taken.add(request));
        }
        for (BatchRequest request : taken) {
            try {
                end.accept(request);
            } catch (RuntimeException | Error e) {
                request.fail(e);
            }
        }
    }

    private void readPrompts() {
        int room = promptRows;
        for (int visited = 0; visited < slots.size() && room > 0; visited++) {
            BatchSlot slot = slots.get(promptTurn);
            promptTurn = (promptTurn + 1) % slots.size();
            if (slot.isReading()) {
                int read = slot.read(room);
                count(read);
                room -= read;
                slot.settle();
            }
        }
    }

    private void verifyTrees() {
        List<BatchSlot> ready = new ArrayList<>();
        List<TreeRequest> trees = new ArrayList<>();
        draftTrees(ready, trees);
        if (trees.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        List<TreeOutcome> outcomes;
        try {
            outcomes = session.verify(trees);
        } catch (RuntimeException | Error e) {
            ready.forEach(slot -> slot.fail(e));
            return;
        }
        long nanos = System.nanoTime() - start;
        count(trees.stream().mapToInt(TreeRequest::rows).sum());
        for (int i = 0; i < ready.size(); i++) {
            ready.get(i).verified(outcomes.get(i), nanos);
            ready.get(i).settle();
        }
    }

    private void draftTrees(List<BatchSlot> ready, List<TreeRequest> trees) {
        List<BatchSlot> decoding = inTurn().filter(BatchSlot::isDecoding).toList();
        int texts = decoding.size();
        int left = nodes;
        for (int i = 0; i < texts; i++) {
            TreeRequest tree = decoding.get(i).draft(left / (texts - i), texts);
            if (tree != null) {
                left -= tree.tree().size();
                ready.add(decoding.get(i));
                trees.add(tree);
            }
        }
    }

    /** The slots, another one first in each round. */
    private Stream<BatchSlot> inTurn() {
        treeTurn = (treeTurn + 1) % slots.size();
        return Stream.concat(slots.stream().skip(treeTurn), slots.stream().limit(treeTurn));
    }

    private void count(int passRows) {
        passes.incrementAndGet();
        rows.addAndGet(passRows);
    }
}
