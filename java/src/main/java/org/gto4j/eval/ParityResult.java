package org.gto4j.eval;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.gto4j.TargetModel;

/**
 * Comparisons with {@link GreedyReference}, taken together.
 *
 * @param checks   one a prompt and way
 * @param tie      largest gap of a difference that is excused as a near-tie; 0 excuses none
 * @param rounding of the target on these texts
 */
public record ParityResult(List<ParityCheck> checks, double tie, Rounding rounding) {
    private static final double LEAST_CHANCE = 1e-3;

    /** Copies the list. */
    public ParityResult {
        checks = List.copyOf(checks);
    }

    /** A near-tie is a gap of at most {@code tie}, at least 0. */
    public static ParityResult of(List<ParityCheck> checks, double tie) {
        return new ParityResult(checks, tie, measured(checks));
    }

    /** A near-tie is a gap that is no wider than rounding was seen to move one, or that one: nothing, if no rounding was measured. */
    public static ParityResult of(List<ParityCheck> checks) {
        Rounding rounding = measured(checks);
        return new ParityResult(checks, rounding.widest(), rounding);
    }

    /** All ways of a text carry the same measurement. */
    private static Rounding measured(List<ParityCheck> checks) {
        Map<List<String>, Rounding> texts = new HashMap<>();
        checks.forEach(check -> texts.put(List.of(check.dataset(), check.prompt()), check.rounding()));
        return Rounding.of(texts.values());
    }

    /** Texts that differ from the reference. */
    public List<ParityCheck> differences() {
        return checks.stream().filter(ParityCheck::differs).toList();
    }

    /** Differences that no near-tie excuses. */
    public List<ParityCheck> failures() {
        return checks.stream().filter(check -> check.fails(tie)).toList();
    }

    /**
     * Whether each difference is at a near-tie, and no way of decoding differs more often than the target's own rounding explains (one in a thousand does by
     * chance).
     */
    public boolean passes() {
        return failures().isEmpty() && byWay().values().stream().allMatch(part -> part.chance() >= LEAST_CHANCE);
    }

    /** Of as many differences or more; see {@link Rounding#chanceOf}. */
    private double chance() {
        return rounding.chanceOf(differences().size(), compared());
    }

    /** Positions where a token was chosen: those that agree and the first one that doesn't. */
    private long compared() {
        return tokens() + differences().size();
    }

    /** Widest gap of a difference, 0 if there is none. */
    public double widestGap() {
        return checks.stream().mapToDouble(ParityCheck::gap).max().orElse(0);
    }

    /** A table of the ways, then a line for each difference, then one for all. */
    public String print(TargetModel target) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("", "prompts", "tokens", "differ", "not near", "widest gap", "of positions", "chance"));
        byWay().forEach((way, part) -> lines.add(List.of(way.label(), Integer.toString(part.checks.size()), Long.toString(part.tokens()),
            Integer.toString(part.differences().size()), Integer.toString(part.failures().size()), String.format(Locale.ROOT, "%.4f", part.widestGap()),
            String.format(Locale.ROOT, "%.2f%%", 100.0 * part.differences().size() / Math.max(1, part.compared())), String.format(Locale.ROOT, "%.3f", part.chance()))));
        StringBuilder text = new StringBuilder(TextTable.print(lines, 1));
        differences().forEach(check -> text.append(String.format(Locale.ROOT, "%s, %s prompt %s, position %d: expected %s, found %s, gap %.4f%s%s%n",
            check.way().label(), check.dataset(), check.prompt(), check.at(), token(target, check.expected()), token(target, check.found()), check.gap(),
            check.moved() > 0 ? String.format(Locale.ROOT, " (the target's own passes of 1 to 4 rows move it by up to %.4f)", check.moved()) : "",
            check.fails(tie) ? "" : ", a near-tie")));
        if (rounding.positions() > 0) {
            text.append(String.format(Locale.ROOT, "the target's own rounding, %d rows a pass against one, without drafts: another token at %d of %d positions (%.2f%%), gaps"
                + " moved by up to %.4f; chance: of so many differences if they came as often%n", GreedyReference.ROWS, rounding.flips(), rounding.positions(),
                100.0 * rounding.flips() / rounding.positions(), rounding.widest()));
        }
        return text.append(summary()).append('\n').toString();
    }

    /** How much was compared and what differs. */
    public String summary() {
        return String.format(Locale.ROOT, "%d texts, %d tokens: %d differ, %d of them not at a near-tie (gap above %.4f)", checks.size(), tokens(),
            differences().size(), failures().size(), tie);
    }

    private long tokens() {
        return checks.stream().mapToLong(ParityCheck::tokens).sum();
    }

    private Map<Way, ParityResult> byWay() {
        Map<Way, List<ParityCheck>> parts = new LinkedHashMap<>();
        checks.forEach(check -> parts.computeIfAbsent(check.way(), way -> new ArrayList<>()).add(check));
        Map<Way, ParityResult> results = new LinkedHashMap<>();
        parts.forEach((way, part) -> results.put(way, new ParityResult(part, tie, rounding)));
        return results;
    }

    private static String token(TargetModel target, int token) {
        return token == GreedyReference.END ? "the end" : "'" + target.text(token).replace("\n", "\\n") + "' (" + token + ")";
    }

    /**
     * Fields tie, texts, tokens, differing, failing, widest_gap, chance; object rounding with rows, positions, flips, widest; array ways of the same for each;
     * array differences of {@link ParityCheck#toJson()}.
     */
    public ObjectNode toJson() {
        ObjectNode json = figures().put("tie", tie);
        json.putObject("rounding").put("rows", GreedyReference.ROWS).put("positions", rounding.positions()).put("flips", rounding.flips())
            .put("widest", rounding.widest());
        ArrayNode ways = json.putArray("ways");
        byWay().forEach((way, part) -> ways.add(part.figures().put("draft", way.draft()).put("policy", way.policy())));
        ArrayNode differences = json.putArray("differences");
        differences().forEach(check -> differences.add(check.toJson()));
        return json;
    }

    private ObjectNode figures() {
        return JsonNodeFactory.instance.objectNode().put("texts", checks.size()).put("tokens", tokens()).put("differing", differences().size())
            .put("failing", failures().size()).put("widest_gap", widestGap()).put("chance", chance());
    }
}
