package org.gto4j.data;

/**
 * A text that the target shall write.
 *
 * @param id        of the prompt
 * @param prompt    its tokens, at least one
 * @param shared    leading tokens that sequence 0 of the session holds already, below the prompt's length
 * @param maxTokens most tokens to write, at least 1
 * @param seed      of the sampler
 */
record WritingJob(String id, int[] prompt, int shared, int maxTokens, int seed) {
    /** KV cells that the job may need. */
    int cells() {
        return prompt.length - shared + maxTokens;
    }
}
