package org.gto4j.tree;

/**
 * The token that a {@link LookupBranch} has below one of some nodes. It is a fixed child there, so that no drawn one is
 * the same.
 *
 * @param row of the node among these
 * @param token target id
 * @param logProb log of the probability that it is accepted
 */
record CopiedToken(int row, int token, float logProb) {}
