package org.gto4j.lab.experiment;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.gto4j.train.TrainingResult;

/**
 * What came of an arm.
 *
 * @param arm how it was trained
 * @param folder of its run
 * @param training steps, tokens and time
 * @param gains on the held-back texts of all sets, in their order
 */
public record ArmResult(Arm arm, Path folder, TrainingResult training, List<TextGain> gains) {
    /** On some sets alone. */
    ArmResult on(Collection<String> sets) {
        return new ArmResult(
                arm,
                folder,
                training,
                gains.stream().filter(gain -> sets.contains(gain.set())).toList());
    }
}
