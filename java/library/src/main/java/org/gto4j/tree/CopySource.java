package org.gto4j.tree;

import java.util.HashMap;
import java.util.Map;

/**
 * Where a text's last tokens stood in it before: what followed them there may follow now. Three tokens are looked for,
 * or else two, at their latest place. Not thread-safe.
 *
 * <p>A text that copies and changes a word goes on copying behind that word, where the last tokens alone tell little:
 * so for a while one token is enough near the place where an unchanged copy would stand. That place is also taken where
 * more tokens match there than at the latest one: text that stands in several places is copied from the one that was
 * copied before.
 */
final class CopySource {
    /** Matching tokens that are counted. */
    static final int MOST_MATCH = 64;

    /** How many tokens ago a copy may have ended, and how far from its place it is looked for. */
    static final int NEAR = 32;

    /** Where two and three tokens ended last, by the tokens. */
    private final Map<Long, Integer> pairs = new HashMap<>();

    private final Map<Triple, Integer> triples = new HashMap<>();
    private int indexed;

    /** Where the last match ended, and the text's last token then, -1 before any. */
    private int source;

    private int copy = -1;
    private int match;

    private record Triple(int first, int second, int third) {
        @Override
        public int hashCode() {
            return 31 * (31 * first + second) + third;
        }
    }

    /** A new text begins. */
    void begins() {
        pairs.clear();
        triples.clear();
        indexed = 0;
        copy = -1;
    }

    /** Where the tokens that match the text's last ones end, -1 if none do. */
    int find(TokenHistory text) {
        int last = text.size() - 1;
        if (last < indexed) {
            begins();
        }
        for (; indexed < last; indexed++) {
            index(text, indexed);
        }
        int latest = latest(text);
        int near = near(text);
        int ofLatest = latest < 0 ? 0 : matching(text, latest);
        int ofNear = near < 0 ? 0 : matching(text, near);
        int end = ofNear > ofLatest ? near : latest;
        match = Math.max(ofNear, ofLatest);
        if (end >= 0) {
            source = end;
            copy = last;
        }
        return end;
    }

    /** How many tokens match at the place that was found, {@link #MOST_MATCH} at most; 0 if none was. */
    int match() {
        return match;
    }

    /** How many tokens up to a place are the text's last ones, {@link #MOST_MATCH} at most. */
    static int matching(TokenHistory text, int end) {
        int last = text.size() - 1;
        int same = 0;
        while (same < MOST_MATCH && same <= end && text.token(end - same) == text.token(last - same)) {
            same++;
        }
        return same;
    }

    /** Remembers what ends at a token. */
    private void index(TokenHistory text, int at) {
        if (at >= 1) {
            pairs.put(pair(text.token(at - 1), text.token(at)), at);
        }
        if (at >= 2) {
            triples.put(new Triple(text.token(at - 2), text.token(at - 1), text.token(at)), at);
        }
    }

    private static long pair(int first, int second) {
        return (long) first << Integer.SIZE | second;
    }

    private int latest(TokenHistory text) {
        int last = text.size() - 1;
        Integer end = last >= 2
                ? triples.get(new Triple(text.token(last - 2), text.token(last - 1), text.token(last)))
                : null;
        if (end == null && last >= 1) {
            end = pairs.get(pair(text.token(last - 1), text.token(last)));
        }
        return end == null ? -1 : end;
    }

    /** The text's last token at or near the place where it would stand if the last copy had gone on unchanged. */
    private int near(TokenHistory text) {
        int last = text.size() - 1;
        if (copy < 0 || last - copy > NEAR) {
            return -1;
        }
        int place = source + last - copy;
        for (int distance = 0; distance <= NEAR; distance++) {
            if (isLast(text, place + distance)) {
                return place + distance;
            }
            if (isLast(text, place - distance)) {
                return place - distance;
            }
        }
        return -1;
    }

    private static boolean isLast(TokenHistory text, int at) {
        int last = text.size() - 1;
        return at >= 0 && at < last && text.token(at) == text.token(last);
    }
}
