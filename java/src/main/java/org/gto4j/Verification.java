package org.gto4j;

/**
 * What one verification cycle gave.
 *
 * @param path indices of the accepted nodes, from the root's child downwards; empty if none was accepted
 * @param next the cycle's own token (drawn, not decoded yet), or -1 if the last accepted node is an end token
 */
public record Verification(int[] path, int next) {
}
