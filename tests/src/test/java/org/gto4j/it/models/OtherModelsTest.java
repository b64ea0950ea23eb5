package org.gto4j.it.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Corpus;
import org.gto4j.it.support.TinyModels;
import org.gto4j.it.train.TinyCorpus;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftPart;
import org.gto4j.model.Quantization;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.StartingDraft;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingResult;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Targets of many architectures, shapes and types: each answers prompts, a draft that starts from it is trained, and
 * its greedy text is the same with it.
 */
class OtherModelsTest {
    private static final Set<DraftPart> ALL = EnumSet.allOf(DraftPart.class);
    private static final Set<DraftPart> NO_FEED_FORWARD = EnumSet.complementOf(EnumSet.of(DraftPart.FEED_FORWARD));
    private static final int STEPS = 4;

    @TempDir
    private Path folder;

    /** A target's options, and what a draft takes from it. */
    private record Model(Set<DraftPart> parts, String... options) {
        @Override
        public String toString() {
            return String.join(" ", options);
        }
    }

    static Stream<Model> models() {
        return Stream.of(
                new Model(ALL, "--arch", "phi3"),
                new Model(NO_FEED_FORWARD, "--arch", "qwen3moe"),
                new Model(NO_FEED_FORWARD, "--arch", "gpt-oss", "--head-dim", "16"),
                new Model(NO_FEED_FORWARD, "--arch", "gptneox"),
                new Model(ALL, "--arch", "llama", "--fused", "--kv-heads", "1"),
                new Model(ALL, "--arch", "llama", "--rope-freqs", "--tied"),
                new Model(ALL, "--arch", "llama", "--kv-heads", "4", "--head-dim", "24"),
                new Model(ALL, "--arch", "qwen2", "--tied", "--heads", "2", "--kv-heads", "1"),
                new Model(ALL, "--arch", "qwen3", "--type", "F16"),
                new Model(ALL, "--arch", "gemma3", "--head-dim", "16", "--tied"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void trainsAndDecodes(Model model) {
        try (TargetModel target = TinyModels.open(model.options())) {
            assertEquals(model.parts(), DraftModel.partsOf(target));
            trainsAndDecodes(target);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Quantization.class,
            names = {"Q8_0", "Q4_0", "BF16"})
    void quantised(Quantization type) {
        Path file = folder.resolve("quantised.gguf");
        TargetModel.requantize(TinyModels.target("--arch", "phi3", "--embd", "64", "--head-dim", "16"), file, type, 1);
        try (TargetModel target = TinyModels.open(file)) {
            assertEquals(ALL, DraftModel.partsOf(target));
            trainsAndDecodes(target);
        }
    }

    /** What is one tensor in the file is the draft's as if it were three, or two. */
    @ParameterizedTest
    @ValueSource(strings = {"llama", "qwen3"})
    void fusedProjectionsAreTakenApart(String architecture) throws Exception {
        Path apart = TinyModels.target("--arch", architecture, "--seed", "9");
        Path fused = GgufFusion.of(apart, folder.resolve("fused.gguf"));
        try (TargetModel one = TinyModels.open(apart);
                TargetModel other = TinyModels.open(fused);
                DraftModel expected = draft(one);
                DraftModel found = draft(other)) {
            for (String name : expected.tensorNames()) {
                assertArrayEquals(expected.tensor(name), found.tensor(name), name);
            }
        }
    }

    private static DraftModel draft(TargetModel target) {
        return DraftModel.create(
                target,
                DraftConfig.builder()
                        .vocabulary(1, 2, 3)
                        .taps(target.defaultTaps())
                        .build());
    }

    private void trainsAndDecodes(TargetModel target) {
        Path run = folder.resolve("run");
        try (Corpus corpus = TinyCorpus.greedy(folder.resolve("corpus"), target, 8, 16);
                DraftModel draft = StartingDraft.open(target, corpus, run, 64, DraftConfig.Init.TARGET, 1)) {
            TrainingResult result = Trainer.run(
                    target,
                    draft,
                    corpus,
                    run,
                    TrainingOptions.phaseOne(Budget.steps(STEPS))
                            .rows(128)
                            .curriculum(2, 2, 0)
                            .learningRate(LearningRate.cosine(1e-3f))
                            .build(),
                    step -> assertTrue(step.loss()[0] > 0, () -> step.toString()));
            assertEquals(STEPS, result.steps());
            assertArrayEquals(text(target, null).tokens(), text(target, draft).tokens());
            try (DraftModel loaded = DraftModel.load(target, result.draft())) {
                assertArrayEquals(draft.tensor("fc.weight"), loaded.tensor("fc.weight"), 1e-3f);
            }
        }
    }

    private static Generation text(TargetModel target, DraftModel draft) {
        TreeDecoder.Builder builder = TreeDecoder.builder(target).context(256).f32Cache(true);
        try (TreeDecoder decoder =
                (draft == null ? builder : builder.draft(draft).policy(new DynamicTree(3, 3, 8))).build()) {
            return decoder.chat(
                    List.of(ChatMessage.user("What is a tree?")),
                    GenerationOptions.builder().maxTokens(32).build(),
                    text -> {});
        }
    }
}
