package org.gto4j;

import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.gto4j.model.DecodingTimes;
import org.gto4j.model.NativeTimes;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.DraftTree;

/** What the cycles of one generation were like, and where their time went. */
final class CycleLog {
    private final TargetSession session;
    private final Drafting drafting;
    private final boolean shared;
    private final IntStream.Builder accepted = IntStream.builder();
    private final IntStream.Builder treeSizes = IntStream.builder();
    private final LongStream.Builder cycleNanos = LongStream.builder();
    private NativeTimes nativeBefore = NativeTimes.NONE;
    private long draftCallsBefore;
    private long decodeNanos;
    private long targetNanos;
    private long draftNanos;
    private long start;
    private long draftStart;

    /** @param shared other generations use the session meanwhile, so that its native times tell nothing of this one */
    CycleLog(TargetSession session, Drafting drafting, boolean shared) {
        this.session = session;
        this.drafting = drafting;
        this.shared = shared;
    }

    /** The prompt has been read: what comes is cycles. */
    void promptEnds() {
        nativeBefore = nativeTimes();
        draftCallsBefore = drafting.callNanos();
        cycleBegins();
    }

    private NativeTimes nativeTimes() {
        return new NativeTimes(session.times(), drafting.times());
    }

    /** A cycle begins where the one before ends, unless this says that it begins now. */
    void cycleBegins() {
        start = System.nanoTime();
    }

    void treeBegins() {
        draftStart = System.nanoTime();
    }

    void treeIsDrafted() {
        draftNanos += System.nanoTime() - draftStart;
    }

    /** @param nanos of the target's pass */
    void treeIsVerified(long nanos) {
        targetNanos += nanos;
    }

    /**
     * Returns what the cycle took, in ns.
     *
     * @param draftTokens accepted ones
     */
    long cycleEnds(DraftTree tree, int draftTokens) {
        long nanos = System.nanoTime() - start;
        decodeNanos += nanos;
        cycleNanos.add(nanos);
        treeSizes.add(tree.size());
        accepted.add(draftTokens);
        cycleBegins();
        return nanos;
    }

    Generation.Statistics statistics(int tokens, int promptKept, long promptNanos) {
        long[] nanos = cycleNanos.build().toArray();
        DecodingTimes times = nanos.length == 0 || shared
                ? DecodingTimes.NONE
                : nativeTimes()
                        .since(nativeBefore)
                        .split(decodeNanos, draftNanos, drafting.callNanos() - draftCallsBefore, targetNanos);
        return new Generation.Statistics(
                tokens,
                nanos.length,
                accepted.build().toArray(),
                treeSizes.build().toArray(),
                nanos,
                promptKept,
                promptNanos,
                decodeNanos,
                targetNanos,
                draftNanos,
                times);
    }
}
