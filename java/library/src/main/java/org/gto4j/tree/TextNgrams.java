package org.gto4j.tree;

/**
 * Which tokens a text holds, and behind which others they stand in it: every token with up to {@link #MOST} tokens
 * before it. They are kept as 64-bit hashes, so that now and then a token may be taken for one that stood there; trees
 * get no worse by it than by any other guess. Not thread-safe.
 */
final class TextNgrams {
    /** Most tokens before one that are looked at. */
    static final int MOST = 5;

    private static final long START = 0x9E3779B97F4A7C15L;

    private final LongHashSet known = new LongHashSet();
    private int followed;

    /** A new text begins. */
    void begins() {
        known.clear();
        followed = 0;
    }

    /** Takes in what has come to the text. A text that is shorter than before is a new one. */
    void follow(TokenHistory text) {
        if (text.size() < followed) {
            begins();
        }
        for (; followed < text.size(); followed++) {
            long context = START;
            for (int before = 0; before <= Math.min(MOST, followed); before++) {
                known.add(mix(context, text.token(followed)));
                if (before < followed) {
                    context = mix(context, text.token(followed - before - 1));
                }
            }
        }
    }

    /**
     * Most tokens n such that a token stood in the text behind the n last ones of a path, up to {@link #MOST}; -1: it
     * isn't in the text.
     *
     * @param path tokens, the last one first
     */
    int match(int[] path, int token) {
        long context = START;
        int matching = -1;
        while (matching < path.length && known.contains(mix(context, token))) {
            matching++;
            if (matching < path.length) {
                context = mix(context, path[matching]);
            }
        }
        return matching;
    }

    /** The last tokens of a text, the last one first, {@link #MOST} at most. */
    static int[] lastOf(TokenHistory text) {
        int[] path = new int[Math.min(MOST, text.size())];
        for (int i = 0; i < path.length; i++) {
            path[i] = text.token(text.size() - 1 - i);
        }
        return path;
    }

    /** A path that goes on with a token. */
    static int[] append(int[] path, int token) {
        int[] longer = new int[Math.min(MOST, path.length + 1)];
        longer[0] = token;
        System.arraycopy(path, 0, longer, 1, longer.length - 1);
        return longer;
    }

    private static long mix(long hash, int token) {
        long mixed = (hash ^ token) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 29) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 32;
    }
}
