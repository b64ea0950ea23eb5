package org.gto4j.data;

/**
 * A text that the target shall write.
 *
 * @param id of the prompt
 * @param prompt its tokens, at least one
 * @param maxTokens most tokens to write, at least 1
 * @param seed of the sampler
 * @param share of its prompt's work, a turn's part of a conversation; 1 for a prompt of one turn
 */
record WritingJob(String id, int[] prompt, int maxTokens, int seed, double share) {
    /** Tokens that the text can have at most. */
    int longest() {
        return prompt.length + maxTokens;
    }
}
