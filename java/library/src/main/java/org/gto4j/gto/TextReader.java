package org.gto4j.gto;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.TargetSession;

/** Reads, from rows of the text that were just decoded, the probabilities of what hangs directly below them. */
final class TextReader {
    private TextReader() {}

    static void read(Trie trie, TargetSession session, int from, int count, float temperature) {
        List<int[]> asked = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int a = from + i;
            if (trie.asks(a + 1)) {
                asked.add(new int[] {i, trie.text()[a + 1], -1 - (a + 1)});
            }
            for (int child : trie.childrenOfText(a)) {
                asked.add(new int[] {i, trie.node(child).token, child});
            }
        }
        if (asked.isEmpty()) {
            return;
        }
        float[] probabilities = session.probabilities(
                asked.stream().mapToInt(ask -> ask[0]).toArray(),
                asked.stream().mapToInt(ask -> ask[1]).toArray(),
                temperature);
        for (int k = 0; k < probabilities.length; k++) {
            int code = asked.get(k)[2];
            if (code < 0) {
                trie.setTextProbability(-1 - code, probabilities[k]);
            } else {
                trie.node(code).probability = probabilities[k];
            }
        }
    }
}
