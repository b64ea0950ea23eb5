package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusContents;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusStatistics;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Features;

/** A corpus of which one file was changed: it is looked at, read and trained on. */
record CorpusFuzz(FuzzModels models) implements FuzzSubject {
    @Override
    public String name() {
        return "corpus";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        Path corpusFolder = folder.resolve("corpus");
        FileMutation.copy(random, models.corpus(), corpusFolder);
        expected.file(corpusFolder.toString());
        if (random.oneIn(3)) {
            CorpusStatistics.of(CorpusContents.read(corpusFolder).sequences());
        }
        try (Corpus corpus = Corpus.open(corpusFolder, models.target());
                DraftModel draft = DraftModel.load(models.target(), models.draft())) {
            corpus.responseTokens();
            try (Features features = corpus.newFeatures()) {
                for (CorpusSequence sequence : corpus.sequences()) {
                    corpus.read(sequence, features);
                }
            }
            FuzzModels.train(models.target(), draft, corpus, folder.resolve("run"), 2);
        }
    }
}
