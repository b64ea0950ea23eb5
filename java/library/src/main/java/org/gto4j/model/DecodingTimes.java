package org.gto4j.model;

/**
 * Where the time of decoding went, in ns: disjoint parts of the cycles of one or more generations. {@link #decode} and
 * {@link #products} are the target's and the draft's arithmetic, {@link #waited} belongs to others, all else is this
 * library's own.
 *
 * @param decode in llama_decode, but for features copied within it
 * @param products in the draft's matrix products, with norms, RoPE, SwiGLU and what else is part of them, and their
 *     barriers
 * @param kernels in the draft's other kernels: attention, top-k
 * @param graphs rest of the draft's native calls: recording and starting graphs, copies
 * @param trees growing trees in Java
 * @param calls crossing between Java and native code, both ways, locks and array copies included
 * @param draw checking the target's logits and drawing from them
 * @param features copying features
 * @param verification rest of the native verification: rows, sequences, the walk
 * @param other text, stop strings, bookkeeping
 * @param waited for the device, while others used it
 */
public record DecodingTimes(
        long decode,
        long products,
        long kernels,
        long graphs,
        long trees,
        long calls,
        long draw,
        long features,
        long verification,
        long other,
        long waited) {
    /** No time at all. */
    public static final DecodingTimes NONE = new DecodingTimes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Sum of this library's own parts, ns. */
    public long own() {
        return kernels + graphs + trees + calls + draw + features + verification + other;
    }

    /** Sum of all parts but waiting, ns. */
    public long total() {
        return decode + products + own();
    }

    /** {@link #own()} of {@link #total()}, 0..1; NaN without a cycle. */
    public double ownShare() {
        return (double) own() / total();
    }

    /** Both together. */
    public DecodingTimes plus(DecodingTimes more) {
        return new DecodingTimes(
                decode + more.decode,
                products + more.products,
                kernels + more.kernels,
                graphs + more.graphs,
                trees + more.trees,
                calls + more.calls,
                draw + more.draw,
                features + more.features,
                verification + more.verification,
                other + more.other,
                waited + more.waited);
    }
}
