package org.gto4j.it.data;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.ResponseSpan;
import org.gto4j.model.Features;

/**
 * Texts whose tokens and features follow from their number, so that any reader can tell a wrong one from a right one.
 */
final class NumberedTexts {
    private static final int LONGEST = 24;
    /** F16 holds whole numbers up to 2048 exactly. */
    private static final int VALUES = 4001;

    private NumberedTexts() {}

    static int[] tokens(int number, int vocabulary) {
        SplittableRandom random = new SplittableRandom(number);
        return random.ints(random.nextInt(2, LONGEST), 0, vocabulary).toArray();
    }

    private static float[] row(int number, int position, int width) {
        float[] row = new float[width];
        for (int channel = 0; channel < width; channel++) {
            row[channel] = Math.floorMod(number * 7919 + position * 613 + channel * 31, VALUES) - VALUES / 2;
        }
        return row;
    }

    /** Appends the text of a number: features, then line. */
    static void append(Corpus corpus, int number, int vocabulary) {
        int[] tokens = tokens(number, vocabulary);
        int width = (int) corpus.rowBytes() / 2;
        try (Features features = corpus.newFeatures()) {
            for (int position = 0; position < tokens.length; position++) {
                features.append(row(number, position, width));
            }
            corpus.append(
                    new CorpusSequence(
                            "s" + number,
                            tokens,
                            List.of(new ResponseSpan(1, tokens.length)),
                            true,
                            null,
                            CorpusSequence.NO_FEATURES),
                    features);
        }
    }

    /**
     * Reads texts from the one of a number on, which is their place too; throws an AssertionError at the first token or
     * value that isn't as it was written.
     */
    static void check(Corpus corpus, int from, int vocabulary) {
        int width = (int) corpus.rowBytes() / 2;
        List<CorpusSequence> sequences = corpus.sequences();
        try (Features features = corpus.newFeatures()) {
            for (int number = from; number < sequences.size(); number++) {
                CorpusSequence sequence = sequences.get(number);
                if (!sequence.id().equals("s" + number)
                        || !Arrays.equals(sequence.tokens(), tokens(number, vocabulary))) {
                    throw new AssertionError("text " + number + ": found " + sequence);
                }
                corpus.read(sequence, features);
                for (int position = 0; position < sequence.length(); position++) {
                    float[] expected = row(number, position, width);
                    float[] found = features.row(position);
                    if (!Arrays.equals(expected, found)) {
                        throw new AssertionError("text " + number + ", row " + position + ": expected "
                                + Arrays.toString(expected) + ", found " + Arrays.toString(found));
                    }
                }
            }
        }
    }
}
