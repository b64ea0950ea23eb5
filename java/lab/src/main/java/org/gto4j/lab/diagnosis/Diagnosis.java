package org.gto4j.lab.diagnosis;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.DraftModel;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.simulation.SimulatedText;
import org.gto4j.tree.DynamicTree;

/**
 * Decodes a corpus's texts by simulation (see {@link SimulatedDecoding}) and looks, cycle by cycle, at what became of
 * the draft's greedy path. Cycles near the end of a text that was cut, which have no room for a whole tree, aren't
 * counted.
 */
public final class Diagnosis {
    private Diagnosis() {}

    /**
     * Diagnoses a draft.
     *
     * @param sequences of the corpus
     * @param tree sizes of the trees; greedy paths are as long as trees are deep
     * @param done is told the number of sequences done, after each
     * @return one a sequence, in their order
     * @throws org.gto4j.error.GtoException as {@link SimulatedDecoding#run(Corpus, List, IntConsumer)}
     */
    public static List<DiagnosedText> run(
            DraftModel draft, Corpus corpus, List<CorpusSequence> sequences, DynamicTree tree, IntConsumer done) {
        int longest = sequences.stream().mapToInt(CorpusSequence::length).max().orElse(2);
        GreedyPathRecorder recorder = new GreedyPathRecorder(tree);
        BitSet vocabulary = new BitSet();
        IntStream.of(draft.vocabulary()).forEach(vocabulary::set);
        List<DiagnosedText> texts = new ArrayList<>();
        try (SimulatedDecoding decoding = new SimulatedDecoding(draft, List.of(recorder), longest, null)) {
            for (CorpusSequence sequence : sequences) {
                SimulatedText decoded = decoding.run(corpus, List.of(sequence), one -> {})
                        .get(0)
                        .get(0);
                texts.add(DiagnosedText.of(
                        sequence, cycles(sequence, decoded, recorder.take(), vocabulary::get), tree.depth()));
                done.accept(texts.size());
            }
        }
        return texts;
    }

    /** The last cycle of a cut text may have no tree at all. */
    private static List<PathCycle> cycles(
            CorpusSequence sequence, SimulatedText decoded, List<GreedyPathRecorder.Grown> grown, IntPredicate known) {
        List<PathCycle> cycles = new ArrayList<>();
        int root = sequence.promptLength();
        for (int i = 0; i < grown.size(); i++) {
            GreedyPathRecorder.Grown trees = grown.get(i);
            if (trees != null) {
                cycles.add(PathCycle.of(sequence.id(), sequence.tokens(), root, trees, known));
            }
            root += decoded.accepted()[i] + 1;
        }
        return cycles;
    }
}
