package org.gto4j.model;

/**
 * What a GGUF says about a target.
 *
 * @param vocabulary number of tokens
 * @param hidden width of the hidden state
 * @param layers number of blocks
 * @param heads attention heads
 * @param kvHeads key and value heads
 * @param headDim width of a head
 * @param feedForward width of the feed-forward net
 * @param trainedContext context length of the model's training, tokens
 * @param ropeBase base of the rotary position embedding
 * @param rmsEpsilon epsilon of the RMS norms
 * @param bos begin-of-sequence token, -1 if none
 * @param eos end-of-sequence token, -1 if none
 * @param addBos the tokenizer puts BOS in front by itself
 * @param tapsSupported inputs of blocks can be read, so that a draft can be trained and used
 * @param recurrent the model keeps a state that each token changes (Mamba, LFM2, Qwen3.5, ...): it decodes plainly,
 *     since its past can't branch into trees or lose its end
 * @param parameters number of weights
 * @param bytes size of the weights, bytes
 */
public record TargetInfo(
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int feedForward,
        int trainedContext,
        float ropeBase,
        float rmsEpsilon,
        int bos,
        int eos,
        boolean addBos,
        boolean tapsSupported,
        boolean recurrent,
        long parameters,
        long bytes) {}
