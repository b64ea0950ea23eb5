package org.gto4j.it.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.gto.RewardOptions;
import org.gto4j.gto.TreeScorer;
import org.gto4j.it.support.TinyModels;
import org.gto4j.it.train.TinyCorpus;
import org.gto4j.lab.diagnosis.CycleKind;
import org.gto4j.lab.diagnosis.DiagnosedText;
import org.gto4j.lab.diagnosis.Diagnosis;
import org.gto4j.lab.diagnosis.PathCycle;
import org.gto4j.lab.report.TreeRecorder;
import org.gto4j.lab.report.TreeSample;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Features;
import org.gto4j.model.TargetModel;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DraftTree;
import org.gto4j.tree.DynamicTree;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts of greedy paths against simulated decoding of every cycle alone, with trees and with chains. */
class DiagnosisTest {
    private static final DynamicTree TREE = new DynamicTree(4, 3, 9);

    @TempDir
    Path folder;

    private final TargetModel target = TinyModels.open("--type", "F32", "--vocab", "14", "--seed", "5", "--scale", "2");
    private final DraftModel draft = TinyModels.randomDraft(target, 7);

    @AfterEach
    void close() {
        draft.close();
        target.close();
    }

    @Test
    void countsAreThoseOfEveryCycleDecodedAlone() {
        try (Corpus corpus = TinyCorpus.greedy(folder, target, 12, 40)) {
            List<DiagnosedText> texts = Diagnosis.run(draft, corpus, corpus.sequences(), TREE, done -> {});
            assertEquals(corpus.sequences().size(), texts.size());
            int pruned = 0;
            TreeRecorder trees = new TreeRecorder(TREE);
            TreeRecorder chains = new TreeRecorder(new Chain(TREE.depth()));
            try (SimulatedDecoding alone = new SimulatedDecoding(draft, List.of(trees, chains), 256, null);
                    Features features = corpus.newFeatures()) {
                for (DiagnosedText text : texts) {
                    corpus.read(text.sequence(), features);
                    check(text, alone, features, trees, chains);
                    pruned += Arrays.stream(text.counts().missing()).sum();
                }
            }
            assertTrue(pruned > 10, "greedy paths were pruned: " + pruned);
            showsACycle(texts);
        }
    }

    private void check(
            DiagnosedText text, SimulatedDecoding alone, Features features, TreeRecorder trees, TreeRecorder chains) {
        CorpusSequence sequence = text.sequence();
        int[] tokens = sequence.tokens();
        boolean ended = target.isEnd(tokens[tokens.length - 1]);
        int[] tree = new int[TREE.depth()];
        int[] greedy = new int[TREE.depth()];
        int cycles = 0;
        for (int root = sequence.promptLength(); root < tokens.length - 1; ) {
            int first = trees.trees().size();
            int firstChain = chains.trees().size();
            int gained = alone.run(sequence.id(), tokens, root, features).get(0).accepted()[0] + 1;
            if (ended || tokens.length - 2 - root >= TREE.depth()) {
                cycles++;
                count(tree, walk(trees.trees().get(first), tokens, root));
                count(greedy, walk(chains.trees().get(firstChain), tokens, root));
            }
            root += gained;
        }
        assertEquals(cycles, text.counts().cycles(), sequence.id());
        assertEquals(Arrays.toString(tree), Arrays.toString(text.counts().treeReached()), sequence.id());
        assertEquals(Arrays.toString(greedy), Arrays.toString(text.counts().greedyReached()), sequence.id());
    }

    /** Tokens that the text takes, node by node. */
    private static int walk(DraftTree tree, int[] text, int root) {
        int at = -1;
        int length = 0;
        for (int node = 0; node < tree.size() && root + 1 + length < text.length; node++) {
            if (tree.parents()[node] == at && tree.tokens()[node] == text[root + 1 + length]) {
                at = node;
                length++;
            }
        }
        return length;
    }

    private static void count(int[] reached, int length) {
        for (int i = 0; i < length; i++) {
            reached[i]++;
        }
    }

    /** A striking cycle can be drawn, with the target's probabilities of all its nodes. */
    private void showsACycle(List<DiagnosedText> texts) {
        DiagnosedText text = DiagnosedText.best(CycleKind.LONGEST, texts).orElseThrow();
        PathCycle cycle = text.striking().get(CycleKind.LONGEST);
        int[] tokens = text.sequence().tokens();
        try (TreeScorer scorer = TreeScorer.open(target, tokens.length, TREE.depth(), RewardOptions.exact(1), true)) {
            float[] probabilities = scorer.score(tokens, new int[] {cycle.root() - 1}, List.of(cycle.withGreedyPath()))
                    .probabilities()[0];
            TreeSample sample = TreeSample.of(target, tokens, text.sequence().promptLength(), cycle, probabilities);
            assertEquals(cycle.accepted().length, sample.accepted().length);
            assertEquals(TREE.depth(), sample.greedy().length);
            assertEquals(sample.tree().size(), sample.target().length);
            for (int node : sample.accepted()) {
                assertTrue(
                        sample.target()[node] >= 1.0 / target.info().vocabulary(),
                        "the target took its most probable token: " + sample.target()[node]);
            }
        }
    }
}
