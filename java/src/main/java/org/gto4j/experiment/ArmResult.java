package org.gto4j.experiment;

import java.nio.file.Path;
import java.util.List;

import org.gto4j.train.TrainingResult;

/**
 * What came of an arm.
 *
 * @param arm      how it was trained
 * @param folder   of its run
 * @param training steps, tokens and time
 * @param gains    on the held-back texts, in their order
 */
public record ArmResult(Arm arm, Path folder, TrainingResult training, List<TextGain> gains) {
}
