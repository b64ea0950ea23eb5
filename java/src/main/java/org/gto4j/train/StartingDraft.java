package org.gto4j.train;

import java.nio.file.Files;
import java.nio.file.Path;

import org.gto4j.DraftConfig;
import org.gto4j.DraftModel;
import org.gto4j.TargetModel;
import org.gto4j.data.Corpus;
import org.gto4j.data.DraftVocabulary;
import org.gto4j.io.Folders;

/** The new draft that a run starts from, kept in the run's folder ({@code start.gguf}): a corpus that grew must not change it when the run is resumed. */
public final class StartingDraft {
    private StartingDraft() {
    }

    /**
     * Makes the draft of a folder's run, or loads it if the run was started before. The caller closes it.
     *
     * @param folder     of the run, made if missing
     * @param vocabulary tokens that the draft can propose, at least 1: the most frequent ones of the corpus
     * @param init       where its weights come from
     * @param seed       of random weights
     */
    public static DraftModel open(TargetModel target, Corpus corpus, Path folder, int vocabulary, DraftConfig.Init init, long seed) {
        Path file = folder.resolve("start.gguf");
        if (Files.exists(file)) {
            return DraftModel.load(target, file);
        }
        DraftVocabulary tokens = DraftVocabulary.of(corpus.sequences(), vocabulary, target.info().vocabulary());
        DraftModel draft = DraftModel.create(target, DraftConfig.builder().vocabulary(tokens.tokens()).taps(corpus.taps()).init(init).seed(seed).build());
        try {
            Folders.make(folder);
            draft.save(file, "F32");
            return draft;
        } catch (RuntimeException | Error e) {
            draft.close();
            throw e;
        }
    }
}
