package org.gto4j.eval;

import java.util.ArrayList;
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
 * @param checks one a prompt and way
 * @param tie    largest gap of a difference that is excused as a near-tie; 0 excuses none
 */
public record ParityResult(List<ParityCheck> checks, double tie) {
    /** Copies the list. */
    public ParityResult {
        checks = List.copyOf(checks);
    }

    /** Texts that differ from the reference. */
    public List<ParityCheck> differences() {
        return checks.stream().filter(ParityCheck::differs).toList();
    }

    /** Differences that no near-tie excuses. */
    public List<ParityCheck> failures() {
        return checks.stream().filter(check -> check.fails(tie)).toList();
    }

    /** Widest gap of a difference, 0 if there is none. */
    public double widestGap() {
        return checks.stream().mapToDouble(ParityCheck::gap).max().orElse(0);
    }

    /** A table of the ways, then a line for each difference, then one for all. */
    public String print(TargetModel target) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("", "prompts", "tokens", "differ", "not near", "widest gap"));
        byWay().forEach((way, part) -> lines.add(List.of(way.label(), Integer.toString(part.checks.size()), Long.toString(part.tokens()),
            Integer.toString(part.differences().size()), Integer.toString(part.failures().size()), String.format(Locale.ROOT, "%.4f", part.widestGap()))));
        StringBuilder text = new StringBuilder(TextTable.print(lines, 1));
        differences().forEach(check -> text.append(String.format(Locale.ROOT, "%s, %s prompt %s, position %d: expected %s, found %s, gap %.4f%s%n",
            check.way().label(), check.dataset(), check.prompt(), check.at(), token(target, check.expected()), token(target, check.found()), check.gap(),
            check.fails(tie) ? "" : ", a near-tie")));
        return text.append(summary()).append('\n').toString();
    }

    /** How much was compared and what differs. */
    public String summary() {
        return String.format(Locale.ROOT, "%d texts, %d tokens: %d differ, %d of them not at a near-tie (gap above %s)", checks.size(), tokens(),
            differences().size(), failures().size(), tie);
    }

    private long tokens() {
        return checks.stream().mapToLong(ParityCheck::tokens).sum();
    }

    private Map<Way, ParityResult> byWay() {
        Map<Way, List<ParityCheck>> parts = new LinkedHashMap<>();
        checks.forEach(check -> parts.computeIfAbsent(check.way(), way -> new ArrayList<>()).add(check));
        Map<Way, ParityResult> results = new LinkedHashMap<>();
        parts.forEach((way, part) -> results.put(way, new ParityResult(part, tie)));
        return results;
    }

    private static String token(TargetModel target, int token) {
        return token == GreedyReference.END ? "the end" : "'" + target.text(token).replace("\n", "\\n") + "' (" + token + ")";
    }

    /** Fields tie, texts, tokens, differing, failing, widest_gap; array ways of the same for each; array differences of {@link ParityCheck#toJson()}. */
    public ObjectNode toJson() {
        ObjectNode json = figures().put("tie", tie);
        ArrayNode ways = json.putArray("ways");
        byWay().forEach((way, part) -> ways.add(part.figures().put("draft", way.draft()).put("policy", way.policy())));
        ArrayNode differences = json.putArray("differences");
        differences().forEach(check -> differences.add(check.toJson()));
        return json;
    }

    private ObjectNode figures() {
        return JsonNodeFactory.instance.objectNode().put("texts", checks.size()).put("tokens", tokens()).put("differing", differences().size())
            .put("failing", failures().size()).put("widest_gap", widestGap());
    }
}
