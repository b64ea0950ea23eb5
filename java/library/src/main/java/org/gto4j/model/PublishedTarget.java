package org.gto4j.model;

/**
 * Published models, by their shapes: what training a draft for one takes can be planned without its file. Sizes are
 * those of the models' configurations.
 */
public enum PublishedTarget {
    /** Meta-Llama-3.1-8B-Instruct. */
    LLAMA_3_1_8B("llama-3.1-8b", 128_256, 4096, 32, 32, 8, 128, 14_336, 131_072, 500_000, false),
    /** Llama-3.3-70B-Instruct. */
    LLAMA_3_3_70B("llama-3.3-70b", 128_256, 8192, 80, 64, 8, 128, 28_672, 131_072, 500_000, false),
    /** vicuna-13b-v1.3. */
    VICUNA_1_3_13B("vicuna-1.3-13b", 32_000, 5120, 40, 40, 40, 128, 13_824, 2048, 10_000, false),
    /** DeepSeek-R1-Distill-Llama-8B: Llama 3.1's shape. */
    DEEPSEEK_R1_DISTILL_LLAMA_8B(
            "deepseek-r1-distill-llama-8b", 128_256, 4096, 32, 32, 8, 128, 14_336, 131_072, 500_000, false),
    /** Qwen3-8B: its queries and keys have norms. */
    QWEN3_8B("qwen3-8b", 151_936, 4096, 36, 32, 8, 128, 12_288, 40_960, 1_000_000, true);

    private static final double BITS_A_BYTE = 8;

    private final String label;
    private final int vocabulary;
    private final int hidden;
    private final int layers;
    private final int heads;
    private final int kvHeads;
    private final int headDim;
    private final int feedForward;
    private final int trainedContext;
    private final float ropeBase;
    private final boolean headNorms;

    PublishedTarget(
            String label,
            int vocabulary,
            int hidden,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            int feedForward,
            int trainedContext,
            float ropeBase,
            boolean headNorms) {
        this.label = label;
        this.vocabulary = vocabulary;
        this.hidden = hidden;
        this.layers = layers;
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.headDim = headDim;
        this.feedForward = feedForward;
        this.trainedContext = trainedContext;
        this.ropeBase = ropeBase;
        this.headNorms = headNorms;
    }

    /** As in "llama-3.1-8b". */
    public String label() {
        return label;
    }

    /** Number of weights: the embedding, the blocks, the last norm and a head of its own. */
    public long parameters() {
        long attention = 2L * hidden * heads * headDim + 2L * hidden * kvHeads * headDim;
        long block = attention + 3L * hidden * feedForward + 2L * hidden + (headNorms ? 2L * headDim : 0);
        return 2L * vocabulary * hidden + layers * block + hidden;
    }

    /**
     * What its GGUF would say.
     *
     * @param bitsAWeight of its weights, above 0: 16 for F16, 8.5 for Q8_0, about 4.8 for Q4_K_M
     */
    public TargetInfo info(double bitsAWeight) {
        return new TargetInfo(
                vocabulary,
                hidden,
                layers,
                heads,
                kvHeads,
                headDim,
                feedForward,
                trainedContext,
                ropeBase,
                1e-5f,
                -1,
                -1,
                false,
                true,
                false,
                parameters(),
                (long) (parameters() * bitsAWeight / BITS_A_BYTE));
    }
}
