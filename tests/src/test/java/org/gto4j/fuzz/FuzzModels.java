package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gto4j.data.Corpus;
import org.gto4j.data.Prompt;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.model.Device;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.RunOptions;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.tree.DynamicTree;

/** What inputs are made from: sound tiny files of each kind, written once into a folder. */
final class FuzzModels implements AutoCloseable {
    static final int CONTEXT = 256;
    private static final List<String> ARCHITECTURES =
            List.of("llama", "qwen2", "qwen3", "gemma3", "phi3", "gptneox", "qwen3moe", "gpt-oss");
    private static final List<String> PROMPTS =
            List.of("What is a tree?", "abc", "Name a prime, please.", "Who?", "Tell me of the sea", "1 + 1");

    private static final List<String> PARTS = List.of("parts-00001-of-00002.gguf", "parts-00002-of-00002.gguf");

    private final Path folder;
    private final Device device = Device.cpu(1);
    private final Map<String, Path> targets = new LinkedHashMap<>();
    private final TargetModel target;

    private FuzzModels(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
        for (String architecture : ARCHITECTURES) {
            targets.put(architecture, write(architecture, List.of("--arch", architecture)));
        }
        write(PARTS.get(0).replace(".gguf", ""), List.of("--parts", "2"));
        target = TargetModel.open(device, targets.get("llama"));
        if (!Files.exists(draft())) {
            try (DraftModel draft = randomDraft(target)) {
                draft.save(draft(), DraftFileType.F32);
            }
            try (Corpus corpus = Corpus.open(corpus(), target);
                    DraftModel draft = DraftModel.load(target, draft())) {
                List<Prompt> prompts = new ArrayList<>();
                PROMPTS.forEach(text -> prompts.add(new Prompt("q" + prompts.size(), "general", null, List.of(text))));
                Regenerator.run(
                        target,
                        prompts,
                        corpus,
                        RegenerationOptions.builder()
                                .slots(4)
                                .maxPromptTokens(128)
                                .maxResponseTokens(12)
                                .sampler(SamplerOptions.builder()
                                        .temperature(0.8f)
                                        .seed(1)
                                        .build())
                                .build(),
                        progress -> {});
                train(target, draft, corpus, run(), 4);
            }
        }
    }

    static FuzzModels in(Path folder) throws IOException {
        return new FuzzModels(folder);
    }

    private Path write(String name, List<String> options) throws IOException {
        Path file = folder.resolve(name + ".gguf");
        if (Files.exists(file)) {
            return file;
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("gto4j.native.bin"), "tiny_target").toString(),
                "--out",
                file.toString(),
                "--layers",
                "4",
                "--ff",
                "48",
                "--context",
                Integer.toString(CONTEXT),
                "--vocab",
                "300"));
        command.addAll(options);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException(command + " failed with exit code " + process.exitValue());
            }
            return file;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Four layers, a draft of every second token. */
    static DraftModel randomDraft(TargetModel target) {
        int[] vocabulary = new int[target.info().vocabulary() / 2];
        for (int i = 0; i < vocabulary.length; i++) {
            vocabulary[i] = 2 * i;
        }
        return DraftModel.create(
                target,
                DraftConfig.builder()
                        .vocabulary(vocabulary)
                        .taps(target.defaultTaps())
                        .init(DraftConfig.Init.RANDOM)
                        .seed(1)
                        .build());
    }

    /** Trains a run in a folder, or goes on with it. */
    static TrainingResult train(TargetModel target, DraftModel draft, Corpus corpus, Path run, int steps) {
        TrainingOptions options = TrainingOptions.phaseOne(Budget.steps(steps))
                .rows(64)
                .curriculum(1, 2, 0.5)
                .learningRate(LearningRate.cosine(1e-3f))
                .checkpoints(1, 0)
                .build();
        return Trainer.run(
                target,
                draft,
                corpus,
                run,
                options,
                RunOptions.builder()
                        .validation(0.3)
                        .every(0.5)
                        .simulation(1, new DynamicTree(2, 2, 4))
                        .build(),
                step -> {});
    }

    Device device() {
        return device;
    }

    /** A target that is open all the time. */
    TargetModel target() {
        return target;
    }

    /** Sound targets of several architectures. */
    List<Path> targets() {
        return List.copyOf(targets.values());
    }

    /** The files of a sound target, the first one first. */
    List<Path> parts() {
        return PARTS.stream().map(folder::resolve).toList();
    }

    /** A draft of {@link #target}. */
    Path draft() {
        return folder.resolve("draft.gguf");
    }

    /** A corpus of {@link #target}. */
    Path corpus() {
        return folder.resolve("corpus");
    }

    /** A finished run on the corpus, started with the draft. */
    Path run() {
        return folder.resolve("run");
    }

    @Override
    public void close() {
        target.close();
        device.close();
    }
}
