package org.gto4j.it.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.gto.GroupOptions;
import org.gto4j.gto.GroupOptions.Standardise;
import org.gto4j.gto.GroupTreeOptimization;
import org.gto4j.gto.Reward;
import org.gto4j.gto.RewardOptions;
import org.gto4j.gto.TreeScorer;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;
import org.gto4j.train.Budget;
import org.gto4j.train.LearningRate;
import org.gto4j.train.Trainer;
import org.gto4j.train.TrainingListener;
import org.gto4j.train.TrainingOptions;
import org.gto4j.train.TrainingStep;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.ForestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Phase II's options on greedy texts of a tiny target. */
class GroupOptionsTest {
    private static final DynamicTree TREE = new DynamicTree(3, 4, 12);

    @TempDir
    Path folder;

    private TargetModel target;
    private Corpus corpus;

    @BeforeEach
    void write() {
        target = TinyModels.open("--type", "F32", "--vocab", "24", "--scale", "2");
        corpus = TinyCorpus.greedy(folder.resolve("corpus"), target, 12, 40);
    }

    @AfterEach
    void close() {
        corpus.close();
        target.close();
    }

    /** In every text, so that each step has some. */
    private static GroupOptions.Builder groups() {
        return GroupOptions.builder().tree(TREE).groups(4, 0.25).density(0.25);
    }

    /** Updates proportional to the gradient: with so large an epsilon AdamW divides by nearly the same everywhere. */
    private static TrainingOptions training(int steps) {
        return TrainingOptions.phaseTwo(Budget.steps(steps))
                .rows(200)
                .curriculum(4, 4, 0)
                .keepTopK(0)
                .clip(0)
                .learningRate(LearningRate.cosine(10))
                .optimizer(AdamW.builder().precision(Precision.F32).epsilon(100).build())
                .checkpoints(4, 0)
                .build();
    }

    private List<TrainingStep> run(String name, DraftModel draft, TrainingOptions training, GroupOptions groups) {
        List<TrainingStep> steps = new ArrayList<>();
        GroupTreeOptimization.run(target, draft, corpus, folder.resolve(name), training, groups, steps::add);
        return steps;
    }

    /** The change of all weights after one step. */
    private double[] update(String name, GroupOptions groups, double[] length) {
        try (DraftModel draft = TinyModels.randomDraft(target, 1)) {
            Trainer.run(
                    target,
                    draft,
                    corpus,
                    folder.resolve(name + "-one"),
                    TrainingOptions.phaseOne(Budget.steps(60))
                            .rows(256)
                            .learningRate(LearningRate.cosine(1e-2f))
                            .curriculum(2, 3, 0.3)
                            .build(),
                    step -> {});
            List<float[]> before =
                    draft.tensorNames().stream().map(draft::tensor).toList();
            length[0] = run(name, draft, training(1), groups).get(0).policy().get("accepted_length");
            List<float[]> after =
                    draft.tensorNames().stream().map(draft::tensor).toList();
            return IntStream.range(0, before.size())
                    .boxed()
                    .flatMapToDouble(t -> IntStream.range(0, before.get(t).length)
                            .mapToDouble(i -> (double) after.get(t)[i] - before.get(t)[i]))
                    .toArray();
        }
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
    }

    private static double distance(double[] a, double[] b) {
        return norm(IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray());
    }

    /** Where the text's own continuation is what the target accepts, both ways to it are the same step. */
    @Test
    void walkedPathsGiveTheGradientOfTheText() {
        double[] length = new double[2];
        // Without reference the first step has advantages, too.
        GroupOptions.Builder groups = groups().reference(false).omega(8);
        double[] text = update("text", groups.build(), length);
        double inText = length[0];
        double[] walked = update("walked", groups.walk(true).build(), length);
        double[] none = update("none", groups.omega(0).build(), length);
        assertTrue(inText > 0.2, "accepted length " + inText);
        assertTrue(
                distance(none, text) > 0.1 * norm(text),
                "the policy term matters: " + distance(none, text) + " of " + norm(text));
        assertTrue(
                distance(text, walked) < 0.01 * distance(none, text),
                distance(text, walked) + " of " + distance(none, text));
    }

    @Test
    void greedyRewardsOfGreedyTextsAreLengthsInTheText() {
        try (DraftModel draft = TinyModels.randomDraft(target, 1);
                DraftSession session = draft.newSession(128, 40 * TREE.maxExpanded());
                Features features = corpus.newFeatures();
                TreeScorer scorer = TreeScorer.open(
                        target, 128, TREE.depth(), new RewardOptions(Reward.GREEDY, 1, 0, 1e-3), true)) {
            int accepted = 0;
            int trees = 0;
            int same = 0;
            for (CorpusSequence sequence : corpus.sequences()) {
                int[] text = sequence.tokens();
                int last = text.length - 2 - TREE.depth();
                if (last <= sequence.promptLength()) {
                    continue;
                }
                corpus.read(sequence, features);
                session.truncate(0);
                session.extend(
                        features,
                        0,
                        text.length - 1,
                        Arrays.copyOfRange(text, 1, text.length),
                        sequence.promptLength() - 1);
                int[] rows = IntStream.range(sequence.promptLength() - 1, last).toArray();
                List<DraftTree> forest = ForestBuilder.build(session, rows, TREE);
                float[] rewards = Reward.GREEDY.of(
                        1, forest, scorer.score(text, rows, forest).probabilities());
                for (int i = 0; i < rows.length; i++) {
                    same += forest.get(i).path(text, rows[i] + 2).length == rewards[i] ? 1 : 0;
                    accepted += rewards[i];
                    trees++;
                }
            }
            // The text was written with keys and values in F16: a near-tie turns out otherwise now and then.
            assertTrue(trees > 200 && same >= 0.98 * trees, same + " of " + trees);
            assertTrue(accepted > 20, "accepted " + accepted);
            List<TrainingStep> steps = run(
                    "greedy",
                    draft,
                    training(2),
                    groups().reward(Reward.GREEDY, 1).build());
            assertEquals(0, steps.get(0).policy().get("nodes_scored"), "no pass of the target");
            assertEquals(
                    steps.get(0).policy().get("accepted_length"),
                    steps.get(0).policy().get("reward"),
                    1e-6);
        }
    }

    @Test
    void stepsSayWhatGivenUpPathsCostInTruth() {
        try (DraftModel pruned = TinyModels.randomDraft(target, 1);
                DraftModel whole = TinyModels.randomDraft(target, 1)) {
            List<TrainingStep> checked = run(
                            "pruned",
                            pruned,
                            training(12),
                            groups().threshold(0.1).build())
                    .stream()
                    .filter(step -> step.policy().containsKey("error_sampled"))
                    .toList();
            assertTrue(!checked.isEmpty(), "one text in 16");
            for (TrainingStep step : checked) {
                assertTrue(
                        step.policy().get("error_sampled") <= step.policy().get("error_bound") + 1e-3,
                        step.policy().toString());
            }
            assertTrue(
                    checked.stream().anyMatch(step -> step.policy().get("error_sampled") > 1e-3),
                    "a threshold of 0.1 gives something up");
            run("whole", whole, training(12), groups().threshold(0).build()).stream()
                    .filter(step -> step.policy().containsKey("error_sampled"))
                    .forEach(step -> assertEquals(0, step.policy().get("error_sampled"), 1e-3));
        }
    }

    @Test
    void aRefreshedReferenceIsTheDraftAndSurvivesAKill() {
        TrainingOptions training = training(12);
        GroupOptions groups = groups().refresh(3).build();
        try (DraftModel unbroken = TinyModels.randomDraft(target, 1);
                DraftModel first = TinyModels.randomDraft(target, 1);
                DraftModel second = TinyModels.randomDraft(target, 1)) {
            List<TrainingStep> steps = run("unbroken", unbroken, training, groups);
            // The last steps' learning rate is too low to move trees.
            for (TrainingStep step : steps.subList(0, 9)) {
                double difference = step.policy().get("abs_reward_difference");
                assertTrue(
                        step.step() % 3 == 1 ? difference < 1e-6 : difference > 1e-6,
                        "step " + step.step() + ": " + difference);
            }
            TrainingListener killer = step -> {
                if (step.step() == 6) {
                    throw new IllegalStateException("killed");
                }
            };
            assertThrows(
                    IllegalStateException.class,
                    () -> GroupTreeOptimization.run(
                            target, first, corpus, folder.resolve("broken"), training, groups, killer));
            assertEquals(
                    5, run("broken", second, training, groups).get(0).step(), "goes on after the checkpoint of step 4");
            for (String name : unbroken.tensorNames()) {
                assertArrayEquals(unbroken.tensor(name), second.tensor(name), name);
            }
        }
    }

    /**
     * Advantages of a group add up to nothing: so the positive ones alone are another step, and the term turned round
     * is the step back.
     */
    @Test
    void positiveAdvantagesAloneAndTheTermTurnedRound() {
        double[] length = new double[1];
        GroupOptions.Builder groups = groups().reference(false).omega(8);
        double[] all = update("all", groups.build(), length);
        double[] positive = update("positive", groups.positiveOnly(true).build(), length);
        double[] none = update("without", groups.omega(0).build(), length);
        double[] turned = update("turned", groups.positiveOnly(false).omega(-8).build(), length);
        assertTrue(
                distance(all, positive) > 0.1 * distance(all, none),
                "distance " + distance(all, positive) + " of " + distance(all, none));
        double[] middle = IntStream.range(0, all.length)
                .mapToDouble(i -> (all[i] + turned[i]) / 2)
                .toArray();
        assertTrue(
                distance(middle, none) < 0.02 * distance(all, none),
                "distance " + distance(middle, none) + " of " + distance(all, none));
    }

    @Test
    void advantagesOverTextsAreOtherAdvantages() {
        double[] length = new double[1];
        GroupOptions.Builder groups = groups().reference(false).density(1);
        double[] within = update("group", groups.build(), length);
        double[] over =
                update("sequence", groups.standardise(Standardise.SEQUENCE).build(), length);
        assertTrue(
                distance(within, over) > 1e-4 * norm(within),
                "distance " + distance(within, over) + " of " + norm(within));
    }
}
