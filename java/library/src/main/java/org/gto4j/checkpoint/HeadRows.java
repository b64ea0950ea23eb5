package org.gto4j.checkpoint;

/**
 * Rows of heads in the orders of the two rotations: transformers' pairs are row i of a head's first half with row i of
 * its second, a stock eagle3 net's are neighbours.
 */
final class HeadRows {
    private HeadRows() {}

    /** Rows of one head, {@code width} values each, from halves to neighbours. */
    static float[] neighbours(float[] halves, int width) {
        return moved(halves, width, true);
    }

    /** The other way. */
    static float[] halves(float[] neighbours, int width) {
        return moved(neighbours, width, false);
    }

    private static float[] moved(float[] from, int width, boolean toNeighbours) {
        int half = from.length / width / 2;
        float[] to = new float[from.length];
        for (int pair = 0; pair < half; pair++) {
            for (int side = 0; side < 2; side++) {
                int inHalves = (side * half + pair) * width;
                int inPairs = (2 * pair + side) * width;
                System.arraycopy(from, toNeighbours ? inHalves : inPairs, to, toNeighbours ? inPairs : inHalves, width);
            }
        }
        return to;
    }
}
