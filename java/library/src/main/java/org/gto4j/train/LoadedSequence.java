package org.gto4j.train;

import org.gto4j.data.CorpusSequence;
import org.gto4j.model.Features;

/**
 * A sequence of a micro-batch with its features in memory.
 *
 * @param index its number among those trained on
 * @param features one row a token
 */
public record LoadedSequence(int index, CorpusSequence sequence, Features features) {}
