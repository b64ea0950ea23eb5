package org.gto4j.it.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.data.Corpus;
import org.gto4j.error.GtoException;
import org.gto4j.io.GgufFacts;
import org.gto4j.it.support.TinyModels;
import org.gto4j.it.train.TinyCorpus;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Quantization;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.StartingDraft;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in several files, as llama.cpp's gguf-split makes them. */
class SplitModelTest {
    private static final int PARTS = 3;

    @TempDir
    private Path folder;

    private Path part(int number) {
        return folder.resolve("tiny-0000" + number + "-of-0000" + PARTS + ".gguf");
    }

    private void write(String... options) throws Exception {
        String[] all = new String[options.length + 2];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = "--parts";
        all[options.length + 1] = Integer.toString(PARTS);
        TinyModels.write(part(1), all);
    }

    private static void fails(GtoException.Kind kind, Path file, Object... named) {
        GtoException e =
                assertThrows(GtoException.class, () -> TinyModels.open(file).close());
        assertEquals(kind, e.kind(), e.getMessage());
        for (Object name : named) {
            assertTrue(e.getMessage().contains(name.toString()), name + " is not named in: " + e.getMessage());
        }
    }

    @Test
    void trainsLikeOneFile() throws Exception {
        write("--seed", "4");
        try (TargetModel split = TinyModels.open(part(1));
                TargetModel whole = TinyModels.open("--seed", "4")) {
            assertEquals(DraftModel.partsOf(whole), DraftModel.partsOf(split));
            try (Corpus ofSplit = TinyCorpus.greedy(folder.resolve("a"), split, 8, 16);
                    Corpus ofWhole = TinyCorpus.greedy(folder.resolve("b"), whole, 8, 16);
                    DraftModel a = trained(split, ofSplit, "run-a");
                    DraftModel b = trained(whole, ofWhole, "run-b")) {
                for (String name : a.tensorNames()) {
                    assertArrayEquals(b.tensor(name), a.tensor(name), name);
                }
            }
        }
    }

    private DraftModel trained(TargetModel target, Corpus corpus, String run) {
        DraftModel draft = StartingDraft.open(target, corpus, folder.resolve(run), 64, DraftConfig.Init.TARGET, 1);
        Trainer.run(
                target,
                draft,
                corpus,
                folder.resolve(run),
                TrainingOptions.phaseOne(Budget.steps(3))
                        .rows(128)
                        .curriculum(2, 2, 0)
                        .build(),
                step -> {});
        return draft;
    }

    @Test
    void saysHowManyFilesThereAre() throws Exception {
        write();
        String facts = String.join("\n", GgufFacts.read(part(1)).lines());
        long bytes = Files.size(part(1)) + Files.size(part(2)) + Files.size(part(3));
        assertTrue(facts.contains(Math.round(bytes / 1e5) / 10.0 + " MB in 3 files"), facts);
        try (TargetModel whole = TinyModels.open()) {
            String one = String.join("\n", GgufFacts.read(whole.path()).lines());
            assertEquals(
                    one.replaceAll("(?s).*tensors +(\\d+).*", "$1"), facts.replaceAll("(?s).*tensors +(\\d+).*", "$1"));
        }
    }

    @Test
    void namesTheMissingPart() throws Exception {
        write();
        Files.delete(part(3));
        fails(GtoException.Kind.IO, part(1), part(1), part(3), "part 3 of 3");
        Files.delete(part(2));
        fails(GtoException.Kind.IO, part(1), part(2), "part 2 of 3");
    }

    @Test
    void asksForTheFirstPart() throws Exception {
        write();
        fails(GtoException.Kind.FORMAT, part(2), part(2), "part 2", "give the first part", part(1));
        fails(GtoException.Kind.FORMAT, part(3), part(3), "part 3", part(1));
        fails(
                GtoException.Kind.FORMAT,
                Files.move(part(1), folder.resolve("renamed.gguf")),
                "renamed.gguf",
                "-00001-of-00003.gguf");
    }

    @Test
    void partsOneAfterTheOtherInAFileAreNoModel() throws Exception {
        write();
        Path joined = folder.resolve("joined.gguf");
        try (OutputStream out = Files.newOutputStream(joined)) {
            for (int part = 1; part <= PARTS; part++) {
                Files.copy(part(part), out);
            }
        }
        fails(GtoException.Kind.FORMAT, joined, joined, "split into 3", "--merge");
    }

    @Test
    void partsOfDifferentModels() throws Exception {
        write();
        Files.copy(part(2), part(3), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        fails(GtoException.Kind.FORMAT, part(1), part(3), "split.no");
        byte[] sound = Files.readAllBytes(part(2));
        write("--layers", "2");
        Files.write(part(2), sound);
        fails(GtoException.Kind.FORMAT, part(1), part(1), "split.tensors.count");
    }

    @Test
    void aTruncatedPartIsNamed() throws Exception {
        write();
        byte[] second = Files.readAllBytes(part(2));
        Files.write(part(2), java.util.Arrays.copyOf(second, second.length - 100));
        fails(GtoException.Kind.IO, part(1), part(2), "truncated", "tensor");
        Files.write(part(2), java.util.Arrays.copyOf(second, 40));
        fails(GtoException.Kind.IO, part(1), part(2), "truncated");
    }

    /** As in the cache of a model hub: the names are links to files of other names. */
    @Test
    void linksAreFollowed() throws Exception {
        write();
        Path links = Files.createDirectory(folder.resolve("links"));
        for (int part = 1; part <= PARTS; part++) {
            Path file = Files.move(part(part), folder.resolve("blob" + part));
            Files.createSymbolicLink(links.resolve(part(part).getFileName()), file);
        }
        try (TargetModel target = TinyModels.open(links.resolve(part(1).getFileName()))) {
            assertEquals(4, DraftModel.partsOf(target).size());
        }
    }

    @Test
    void requantisedToOneFile() throws Exception {
        write();
        Path one = folder.resolve("one.gguf");
        TargetModel.requantize(part(1), one, Quantization.F16, 1);
        try (TargetModel target = TinyModels.open(one)) {
            assertEquals(4, DraftModel.partsOf(target).size());
        }
    }
}
