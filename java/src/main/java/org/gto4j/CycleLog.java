package org.gto4j;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.gto4j.tree.DraftTree;

/** What the cycles of one generation were like, and where their time went. */
final class CycleLog {
    private final TargetSession session;
    private final Drafting drafting;
    private final IntStream.Builder accepted = IntStream.builder();
    private final IntStream.Builder treeSizes = IntStream.builder();
    private final LongStream.Builder cycleNanos = LongStream.builder();
    private NativeTimes nativeBefore;
    private long draftCallsBefore;
    private long decodeNanos;
    private long targetNanos;
    private long draftNanos;
    private long start;
    private long drafted;

    CycleLog(TargetSession session, Drafting drafting) {
        this.session = session;
        this.drafting = drafting;
    }

    /** The prompt has been read: what comes is cycles. */
    void promptEnds() {
        nativeBefore = nativeTimes();
        draftCallsBefore = drafting.callNanos();
    }

    private NativeTimes nativeTimes() {
        return new NativeTimes(session.times(), drafting.times());
    }

    void cycleBegins() {
        start = System.nanoTime();
    }

    void treeIsDrafted() {
        drafted = System.nanoTime();
        draftNanos += drafted - start;
    }

    void treeIsVerified() {
        targetNanos += System.nanoTime() - drafted;
    }

    /** @param draftTokens accepted ones */
    void cycleEnds(DraftTree tree, int draftTokens) {
        long nanos = System.nanoTime() - start;
        decodeNanos += nanos;
        cycleNanos.add(nanos);
        treeSizes.add(tree.size());
        accepted.add(draftTokens);
    }

    Generation.Statistics statistics(int tokens, int promptKept, long promptNanos) {
        long[] nanos = cycleNanos.build().toArray();
        DecodingTimes times = nanos.length == 0 ? DecodingTimes.NONE
            : nativeTimes().since(nativeBefore).split(decodeNanos, draftNanos, drafting.callNanos() - draftCallsBefore, targetNanos);
        return new Generation.Statistics(tokens, nanos.length, accepted.build().toArray(), treeSizes.build().toArray(), nanos, promptKept, promptNanos,
            decodeNanos, targetNanos, draftNanos, times);
    }
}
