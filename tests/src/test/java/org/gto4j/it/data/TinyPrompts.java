package org.gto4j.it.data;

import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.data.Prompt;

/** Prompts for tiny targets: what they say doesn't matter, their lengths differ. */
public final class TinyPrompts {
    private TinyPrompts() {}

    /** Prompts "p0", "p1", ... */
    public static List<Prompt> of(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Prompt(
                        "p" + i,
                        "general",
                        List.of("a" + "bcdefgh".repeat(1 + i % 4).substring(i % 7))))
                .toList();
    }
}
