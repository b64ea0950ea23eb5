package org.gto4j.lab.experiment;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusDigest;
import org.gto4j.data.CorpusSequence;
import org.gto4j.io.Folders;
import org.gto4j.model.DraftModel;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.simulation.SimulatedText;
import org.gto4j.tree.TreePolicy;

/**
 * Texts on which all arms' drafts are measured by simulated decoding.
 *
 * @param corpus that holds them; not one that is trained on
 * @param sequences of it, of one kind (greedy or sampled), at least one
 * @param tree the trees
 * @param chain the chains
 */
public record HeldBackTexts(Corpus corpus, List<CorpusSequence> sequences, TreePolicy tree, TreePolicy chain) {
    /** The corpus folder's name. */
    public String name() {
        return Folders.name(corpus.folder());
    }

    /** Whether the target drew its tokens, so that they stand for a temperature above 0. */
    public boolean sampled() {
        return sequences.get(0).argmax() != null;
    }

    /** What a draft gains on each text, in their order. */
    List<TextGain> measure(DraftModel draft, IntConsumer done) {
        int longest = sequences.stream().mapToInt(CorpusSequence::length).max().orElseThrow();
        try (SimulatedDecoding decoding = new SimulatedDecoding(draft, List.of(tree, chain), longest, null)) {
            List<List<SimulatedText>> methods = decoding.run(corpus, sequences, done);
            return IntStream.range(0, sequences.size())
                    .mapToObj(i -> TextGain.of(
                            name(), methods.get(0).get(i), methods.get(1).get(i)))
                    .toList();
        }
    }

    /** Tells whether gains measured before are those of these texts and sizes. */
    String settings() {
        return tree.name() + ", " + chain.name() + ", " + sequences.size() + " texts, sha256 "
                + CorpusDigest.of(sequences);
    }
}
