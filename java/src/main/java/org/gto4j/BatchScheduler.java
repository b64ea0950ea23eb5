package org.gto4j;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.gto4j.Generation.FinishReason;
import org.jspecify.annotations.Nullable;

/**
 * Rounds of a {@link BatchDecoder}: waiting requests take free slots, first come first served; prompts are read in bounded chunks, in turn; all other requests
 * get one tree each, an even share of the pass's nodes, and are verified together. What one leaves of its share goes to those after it; who is first changes
 * each round.
 */
final class BatchScheduler implements Runnable {
    private final TargetSession session;
    private final List<BatchSlot> slots;
    private final int nodes;
    private final int promptRows;
    private final Object lock = new Object();
    private final Deque<BatchRequest> waiting = new ArrayDeque<>();
    private boolean closing;
    private @Nullable Throwable broken;
    private final AtomicLong passes = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();
    private volatile int running;
    private int promptTurn;
    private int treeTurn;

    /**
     * @param nodes      most nodes of all trees of a pass
     * @param promptRows most rows of prompts between two passes of trees
     */
    BatchScheduler(TargetSession session, List<BatchSlot> slots, int nodes, int promptRows) {
        this.session = session;
        this.slots = slots;
        this.nodes = nodes;
        this.promptRows = promptRows;
    }

    long passes() {
        return passes.get();
    }

    BatchStatus status() {
        synchronized (lock) {
            return new BatchStatus(running, waiting.size(), passes.get(), rows.get());
        }
    }

    void submit(BatchRequest request) {
        synchronized (lock) {
            if (broken != null) {
                throw new IllegalStateException("the scheduler ended by itself", broken);
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
            slots.forEach(slot -> slot.end(FinishReason.DECODER_CLOSED));
            takeWaiting(request -> true).forEach(request -> slots.get(0).decline(request, FinishReason.DECODER_CLOSED));
        } catch (RuntimeException | Error | InterruptedException e) {
            abandon(e);
        }
    }

    /** Waits until there is something to do; false once there shall be no more. */
    private boolean awaitWork() throws InterruptedException {
        synchronized (lock) {
            while (!closing && waiting.isEmpty() && running == 0) {
                lock.wait();
            }
            return !closing;
        }
    }

    private void round() {
        admit();
        readPrompts();
        verifyTrees();
        running = (int) slots.stream().filter(slot -> !slot.isFree()).count();
    }

    private void admit() {
        takeWaiting(BatchRequest::isCancelled).forEach(request -> slots.get(0).decline(request, FinishReason.CANCELLED));
        slots.forEach(BatchSlot::settle);
        if (slots.stream().allMatch(BatchSlot::isFree) && slots.stream().anyMatch(BatchSlot::isNotFinite)) {
            session.clear();
            slots.forEach(BatchSlot::forget);
        }
        for (Optional<BatchSlot> free = freeSlot(new int[0]); free.isPresent(); free = freeSlot(new int[0])) {
            BatchRequest request;
            synchronized (lock) {
                request = waiting.poll();
                running += request == null ? 0 : 1;
            }
            if (request == null) {
                return;
            }
            freeSlot(request.prompt()).orElseThrow().admit(request);
        }
    }

    /** The free slot that holds most of the prompt. */
    private Optional<BatchSlot> freeSlot(int[] prompt) {
        return slots.stream().filter(BatchSlot::isFree).max(Comparator.comparingInt(slot -> slot.kept(prompt)));
    }

    /** Takes those out of the queue that meet a condition. */
    private List<BatchRequest> takeWaiting(Predicate<BatchRequest> condition) {
        List<BatchRequest> taken = new ArrayList<>();
        synchronized (lock) {
            waiting.removeIf(request -> condition.test(request) && taken.add(request));
        }
        return taken;
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

    /** After a failure that no request caused: nobody waits for ever. */
    private void abandon(Throwable why) {
        synchronized (lock) {
            broken = why;
        }
        slots.stream().filter(slot -> !slot.isFree()).forEach(slot -> slot.fail(why));
        takeWaiting(request -> true).forEach(request -> {
            request.sampler().close();
            request.fail(new GtoException(GtoException.Kind.INTERNAL, "the scheduler ended by itself: " + why, why));
        });
    }

    private void count(int passRows) {
        passes.incrementAndGet();
        rows.addAndGet(passRows);
    }
}
