package org.gto4j.lab.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.gto4j.Generation;
import org.jspecify.annotations.Nullable;

/** How a conversation's answers were decoded: the last one, and all of them. Not thread-safe. */
final class ConversationStatistics {
    private static final String INDENT = " ".repeat(13);

    private Generation.@Nullable Statistics last;
    private int answers;
    private long tokens;
    private long cycles;
    private long accepted;
    private long later;
    private long nanos;

    void add(Generation generation) {
        Generation.Statistics statistics = generation.statistics();
        last = statistics;
        answers++;
        tokens += statistics.tokens();
        cycles += statistics.cycles();
        accepted += accepted(statistics);
        later += Math.max(0, statistics.tokens() - 1);
        nanos += statistics.decodeNanos();
    }

    private static long accepted(Generation.Statistics statistics) {
        return Arrays.stream(statistics.acceptedPerCycle()).asLongStream().sum();
    }

    /** Lines for the user. */
    List<String> lines() {
        if (last == null) {
            return List.of("nothing was answered yet");
        }
        List<String> lines = new ArrayList<>(lines(
                "last answer", last.tokens(), last.cycles(), accepted(last), last.tokens() - 1, last.decodeNanos()));
        lines.add(String.format(
                Locale.ROOT,
                INDENT + "first token after %.2f s, %d tokens of the conversation kept",
                last.promptNanos() * 1e-9,
                last.promptKept()));
        if (answers > 1) {
            lines.addAll(lines("all " + answers, tokens, cycles, accepted, later, nanos));
        }
        return lines;
    }

    private static List<String> lines(String what, long tokens, long cycles, long accepted, long later, long nanos) {
        String count = String.format(Locale.ROOT, "%-13s%d tokens", what, tokens);
        if (cycles == 0) {
            return List.of(count);
        }
        long drafted = Math.min(accepted, tokens);
        String pace = String.format(
                Locale.ROOT,
                "%s in %d cycles, tau %.2f, %.1f tokens/s",
                count,
                cycles,
                1 + (double) accepted / cycles,
                later * 1e9 / nanos);
        return drafted == 0
                ? List.of(pace)
                : List.of(
                        pace,
                        String.format(
                                Locale.ROOT,
                                INDENT + "%d of them (%.0f%%) were proposed by the draft",
                                drafted,
                                100.0 * drafted / tokens));
    }
}
