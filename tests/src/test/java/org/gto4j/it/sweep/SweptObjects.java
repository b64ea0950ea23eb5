package org.gto4j.it.sweep;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.gto4j.BatchDecoder;
import org.gto4j.BatchRequest;
import org.gto4j.GenerationOptions;
import org.gto4j.TextStream;
import org.gto4j.TreeDecoder;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.RewardOptions;
import org.gto4j.gto.TreeObjective;
import org.gto4j.gto.TreeScorer;
import org.gto4j.it.support.TinyModels;
import org.gto4j.it.train.TinyCorpus;
import org.gto4j.lab.experiment.Arm;
import org.gto4j.lab.parity.PlainReference;
import org.gto4j.model.AdamW;
import org.gto4j.model.Device;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.DrawnChildren;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetHead;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.model.TrainingBatch;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.TrainingOptions;
import org.gto4j.tree.Children;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DrawnChild;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.TreePolicy;

/** Live tiny handles, and values of types that can't be guessed. */
record SweptObjects(Values values, List<AutoCloseable> handles) implements AutoCloseable {
    private static final int[] PROMPT = {1, 2, 3, 4};

    static SweptObjects open(Path folder) {
        Values values = new Values(folder);
        List<AutoCloseable> handles = new java.util.ArrayList<>();
        SweptObjects objects = new SweptObjects(values, handles);
        Device device = objects.keep(Device.class, Device.cpu(1));
        TargetModel target = objects.keep(
                TargetModel.class, TargetModel.open(device, TinyModels.target("--type", "F32", "--vocab", "64")));
        DraftModel draft = objects.keep(DraftModel.class, TinyModels.randomDraft(target, 1));
        DraftModel trained = draft.copy();
        handles.add(trained);
        objects.keep(
                DraftTrainer.class,
                DraftTrainer.open(
                        target,
                        trained,
                        AdamW.builder().precision(Precision.F32).build()));
        Features features =
                objects.keep(Features.class, Features.create(3, target.info().hidden(), true, Features.Type.F32));
        TargetSession session = objects.keep(
                TargetSession.class,
                target.newSession(SessionOptions.builder()
                        .context(64)
                        .sequences(4)
                        .taps(target.defaultTaps())
                        .hidden(true)
                        .build()));
        session.prefill(0, 0, PROMPT, 0, features, null);
        DraftSession drafts = objects.keep(DraftSession.class, draft.newSession(32, 32));
        drafts.extend(features, 0, 3, new int[] {2, 3, 4}, 0);
        objects.keep(Sampler.class, Sampler.open(target, SamplerOptions.greedy()));
        objects.keep(DrawnChildren.class, DrawnChildren.open(target, DrawnChild.ofDraft(), 1));
        objects.keep(TargetHead.class, TargetHead.open(target));
        objects.keep(
                TreeDecoder.class,
                TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(new DynamicTree(2, 2, 4))
                        .context(32)
                        .build());
        BatchDecoder batch = objects.keep(
                BatchDecoder.class,
                BatchDecoder.builder(target)
                        .draft(draft)
                        .policy(new DynamicTree(2, 2, 4))
                        .context(32)
                        .build());
        GenerationOptions options = new GenerationOptions(3, SamplerOptions.greedy());
        values.give(GenerationOptions.class, () -> options);
        values.give(BatchRequest.class, () -> batch.submit(PROMPT, options));
        values.give(TextStream.class, () -> batch.submit(PROMPT, options).text());
        Corpus corpus = objects.keep(Corpus.class, TinyCorpus.sampled(folder.resolve("corpus"), target, 2, 12, 0.7f));
        values.give(CorpusSequence.class, () -> corpus.sequences().get(0));
        objects.keep(TreeScorer.class, TreeScorer.open(target, 32, 4, RewardOptions.exact(1), false));
        objects.keep(PlainReference.class, new PlainReference(target, 32, false));
        giveValues(values, target, features);
        return objects;
    }

    private static void giveValues(Values values, TargetModel target, Features features) {
        values.give(TargetInfo.class, target::info);
        int[] vocabulary = IntStream.range(0, target.info().vocabulary()).toArray();
        values.give(DraftConfig.class, () -> DraftConfig.builder()
                .vocabulary(vocabulary)
                .taps(target.defaultTaps())
                .build());
        values.give(
                DraftTree.class,
                () -> new DraftTree(new int[] {1}, new int[] {-1}, new float[] {-0.5f}, new float[] {-0.5f}));
        values.give(Children.class, () -> new Children(0, 1, new int[] {1}, new float[] {-0.5f}, null));
        values.give(TreePolicy.class, () -> new DynamicTree(2, 2, 4));
        values.give(DynamicTree.class, () -> new DynamicTree(2, 2, 4));
        values.give(
                TrainingBatch.Sequence.class,
                () -> new TrainingBatch.Sequence(
                        features, PROMPT, new boolean[] {false, true, true, true}, PROMPT, null));
        values.give(Executor.class, () -> Runnable::run);
        values.give(Bootstrap.class, () -> new Bootstrap(50, 0.95, 1));
        values.give(LearningRate.class, () -> LearningRate.cosine(1e-3f));
        CostTable table = new CostTable(new int[] {1, 8}, new double[] {1, 2});
        values.give(CostTable.class, () -> table);
        values.give(CycleCosts.class, () -> new CycleCosts(table, table, 0.1, table));
        TrainingOptions training = TrainingOptions.phaseOne(Budget.steps(1)).build();
        values.give(TrainingOptions.class, () -> training);
        values.give(RewardOptions.class, () -> RewardOptions.exact(1));
        values.give(TreeObjective.class, () -> GroupOptions.builder().build());
        values.give(
                Arm.class,
                () -> new Arm(
                        "a",
                        1,
                        null,
                        training,
                        GroupOptions.builder().build(),
                        8,
                        DraftConfig.Init.RANDOM,
                        Map.of(),
                        Map.of()));
        values.give(Instant.class, Instant::now);
    }

    private <T extends AutoCloseable> T keep(Class<T> type, T handle) {
        handles.add(handle);
        values.give(type, () -> handle);
        return handle;
    }

    @Override
    public void close() {
        for (int i = handles.size() - 1; i >= 0; i--) {
            try {
                handles.get(i).close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
