package org.gto4j.lab.experiment;

import org.gto4j.train.TrainingListener;

/** Follows an experiment; called by the thread that runs it. */
public interface ExperimentListener {
    /** Called before an arm is trained (0-based, of {@code arms}); the result follows its training. */
    TrainingListener training(Arm arm, int number, int arms);

    /** Called while an arm's draft is measured. An exception ends the experiment; what is done is kept. */
    void measured(Arm arm, int texts, int of);
}
