package org.gto4j.train;

import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.CorpusSplit;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.TrainingBatch;
import org.gto4j.simulation.SimulatedDecoding;
import org.gto4j.simulation.SimulatedTau;
import org.gto4j.simulation.SimulatedText;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.tree.Chain;
import org.gto4j.tree.TreePolicy;

/** Looks how good a draft is on held-back sequences; changes neither weights nor gradients. */
final class Validator {
    /** More would tell little more about accuracy. */
    private static final int MOST_SEQUENCES = 64;

    private final DraftModel draft;
    private final Corpus corpus;
    private final TrainingOptions options;
    private final List<CorpusSequence> read;
    private final List<CorpusSequence> decoded;
    private final List<TreePolicy> policies;

    /** @param heldBack at least one */
    Validator(DraftModel draft, Corpus corpus, List<CorpusSequence> heldBack, TrainingOptions options, RunOptions run) {
        this.draft = draft;
        this.corpus = corpus;
        this.options = options;
        read = CorpusSplit.sample(heldBack, MOST_SEQUENCES);
        List<CorpusSequence> replayable =
                heldBack.stream().filter(CorpusSequence::isOneAnswer).toList();
        List<CorpusSequence> greedy = replayable.stream()
                .filter(sequence -> sequence.argmax() == null)
                .toList();
        decoded = CorpusSplit.sample(greedy.isEmpty() ? replayable : greedy, run.texts());
        policies = List.of(new Chain(run.tree().depth()), run.tree());
    }

    Validation validate(DraftTrainer trainer, long step, double fraction) {
        long start = System.nanoTime();
        PassSums sums = evaluate(trainer);
        int longest = decoded.stream().mapToInt(CorpusSequence::length).max().orElseThrow();
        List<List<SimulatedText>> texts;
        try (SimulatedDecoding decoding = new SimulatedDecoding(draft, policies, longest, null)) {
            texts = decoding.run(corpus, decoded, done -> {});
        }
        SimulatedTau chain = SimulatedTau.of(texts.get(0), Double.NaN, Bootstrap.standard());
        SimulatedTau tree = SimulatedTau.of(texts.get(1), Double.NaN, Bootstrap.standard());
        return new Validation(
                step,
                fraction,
                sums.loss(),
                sums.accuracy(),
                chain,
                tree,
                decoded.get(0).argmax() != null,
                false,
                (System.nanoTime() - start) * 1e-9);
    }

    /** The batches have the default loss, hard labels and miss decay off, so that figures of different runs compare. */
    private PassSums evaluate(DraftTrainer trainer) {
        PassSums sums = new PassSums(options.passes());
        int[] lengths = read.stream().mapToInt(CorpusSequence::length).toArray();
        try (SequenceLoader loader = new SequenceLoader(draft.target(), corpus, read)) {
            for (int[] indices : Packer.pack(IntStream.range(0, lengths.length).toArray(), lengths, options.rows())) {
                List<TrainingBatch.Sequence> batch = MicroBatch.sequences(loader.load(indices), null);
                sums.add(trainer.evaluate(TrainingBatch.builder()
                        .sequences(batch)
                        .passes(options.passes())
                        .stepDecay(options.stepDecay())
                        .build()));
            }
        }
        return sums;
    }
}
