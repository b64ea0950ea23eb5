package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.lab.report.MetricsLog;
import org.gto4j.model.DraftModel;

/** A run's folder of which one file was changed: it is resumed. */
record RunFuzz(FuzzModels models) implements FuzzSubject {
    @Override
    public String name() {
        return "run";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        Path run = folder.resolve("run");
        FileMutation.copy(random, models.run(), run);
        expected.file(run.toString());
        if (random.oneIn(3)) {
            MetricsLog.read(run.resolve("metrics.jsonl"));
        }
        try (Corpus corpus = Corpus.openReadOnly(models.corpus(), models.target());
                DraftModel draft = DraftModel.load(models.target(), models.draft())) {
            FuzzModels.train(models.target(), draft, corpus, run, 4);
        }
    }
}
