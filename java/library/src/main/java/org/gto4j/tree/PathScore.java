package org.gto4j.tree;

/** Score of the path to the node of a row. */
@FunctionalInterface
interface PathScore {
    float of(int row);
}
