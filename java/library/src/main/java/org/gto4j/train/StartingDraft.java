package org.gto4j.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.gto4j.data.Corpus;
import org.gto4j.data.DraftVocabulary;
import org.gto4j.error.GtoException;
import org.gto4j.io.FolderLock;
import org.gto4j.io.JsonFile;
import org.gto4j.io.StateFile;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The new draft that a run starts from, kept in the run's folder ({@code start.gguf}): a corpus that grew must not
 * change it when the run is resumed.
 */
public final class StartingDraft {
    private static final Logger LOG = LoggerFactory.getLogger(StartingDraft.class);

    private StartingDraft() {}

    /**
     * Makes the draft of a folder's run, or loads it if the run was started before; one that is damaged is made again,
     * with a warning. The caller closes it.
     *
     * @param folder of the run, made if missing
     * @param vocabulary tokens that the draft can propose, at least 1: the most frequent ones of the corpus
     * @param init where its weights come from
     * @param seed of random weights
     * @throws GtoException ARGUMENT: the corpus holds nothing to train, or the run was started with another vocabulary,
     *     init or seed (names it); IO: the folder can't be written, or another process trains there (names it)
     */
    public static DraftModel open(
            TargetModel target, Corpus corpus, Path folder, int vocabulary, DraftConfig.Init init, long seed) {
        TrainableTokens.require(corpus, 0);
        try (FolderLock lock = FolderLock.take(folder, "making the draft to start from", RunFolder.LEFTOVERS)) {
            ObjectNode settings = JsonNodeFactory.instance
                    .objectNode()
                    .put("vocabulary", vocabulary)
                    .put("init", init.name())
                    .put("seed", Long.toString(seed));
            requireSame(folder, settings);
            Path file = folder.resolve("start.gguf");
            DraftModel known = Files.exists(file) ? load(target, file) : null;
            return known != null ? known : create(target, corpus, file, vocabulary, init, seed, settings);
        }
    }

    /** Runs of older versions don't say what their drafts were made with. */
    private static void requireSame(Path folder, ObjectNode settings) {
        List<String> differences = new StateFile(settingsFile(folder))
                .read(JsonFile::json)
                .map(known -> RunConfig.differences(known, settings))
                .orElse(List.of());
        if (!differences.isEmpty()) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    folder + " holds a run whose draft was started differently: " + String.join("; ", differences)
                            + "; resume it with the same settings or use another folder");
        }
    }

    private static Path settingsFile(Path folder) {
        return folder.resolve("start.json");
    }

    private static @Nullable DraftModel load(TargetModel target, Path file) {
        try {
            return DraftModel.load(target, file);
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.FORMAT && e.kind() != GtoException.Kind.IO) {
                throw e;
            }
            LOG.warn("{} is made again, as it can't be read: {}", file, e.getMessage());
            return null;
        }
    }

    private static DraftModel create(
            TargetModel target,
            Corpus corpus,
            Path file,
            int vocabulary,
            DraftConfig.Init init,
            long seed,
            ObjectNode settings) {
        DraftVocabulary tokens =
                DraftVocabulary.of(corpus.sequences(), vocabulary, target.info().vocabulary());
        DraftModel draft = DraftModel.create(
                target,
                DraftConfig.builder()
                        .vocabulary(tokens.tokens())
                        .taps(corpus.taps())
                        .init(init)
                        .seed(seed)
                        .build());
        try {
            new StateFile(settingsFile(
                            Objects.requireNonNull(file.toAbsolutePath().getParent())))
                    .write(settings);
            draft.save(file, DraftFileType.F32);
            return draft;
        } catch (RuntimeException | Error e) {
            draft.close();
            throw e;
        }
    }
}
