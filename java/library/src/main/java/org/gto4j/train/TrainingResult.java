package org.gto4j.train;

import java.nio.file.Path;

/**
 * How a training run, or this part of it, ended.
 *
 * @param complete the budget is used up; false if the listener asked to stop
 * @param steps optimizer steps, all parts together
 * @param tokens response tokens trained on
 * @param seconds time of all parts
 * @param draft the draft's GGUF; written when the run is complete
 */
public record TrainingResult(boolean complete, long steps, long tokens, double seconds, Path draft) {}
