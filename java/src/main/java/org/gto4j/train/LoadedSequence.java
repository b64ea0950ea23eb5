package org.gto4j.train;

import org.gto4j.Features;
import org.gto4j.data.CorpusSequence;

/**
 * A sequence of a micro-batch with its features in memory.
 *
 * @param index    its number among those trained on
 * @param features one row a token
 */
record LoadedSequence(int index, CorpusSequence sequence, Features features) {
}
