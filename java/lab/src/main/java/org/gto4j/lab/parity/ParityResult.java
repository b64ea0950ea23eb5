package org.gto4j.lab.parity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gto4j.lab.eval.DecodingMethod;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.model.TargetModel;

/**
 * Comparisons with {@link PlainReference}, taken together.
 *
 * @param checks one a prompt and way
 * @param temperature of the samplers; above 0 a draw may fall otherwise anywhere if rounding moves its probabilities
 * @param tie 0: no difference is excused; above 0: the largest gap of a greedy difference that is excused as a
 *     near-tie; sampled ones are all excused then, unless they come too often
 * @param rounding of the target on these texts
 */
public record ParityResult(List<ParityCheck> checks, double temperature, double tie, Rounding rounding) {
    private static final double LEAST_CHANCE = 1e-3;
    /** Of the table where nothing differs. */
    private static final int PLAIN_COLUMNS = 3;

    /** Copies the list. */
    public ParityResult {
        checks = List.copyOf(checks);
    }

    /** With a tie that somebody chose, at least 0. */
    public static ParityResult of(List<ParityCheck> checks, double temperature, double tie) {
        return new ParityResult(checks, temperature, tie, Rounding.ofTexts(checks));
    }

    /**
     * With the target's own rounding as tie: a near-tie is a gap that is no wider than rounding was seen to move one,
     * or that one. So nothing is excused if rows have the same bits whatever rows are beside them, or if no rounding
     * was measured.
     */
    public static ParityResult of(List<ParityCheck> checks, double temperature) {
        return of(checks, temperature, Rounding.ofTexts(checks).widest());
    }

    /** Texts that differ from the reference. */
    public List<ParityCheck> differences() {
        return checks.stream().filter(ParityCheck::differs).toList();
    }

    /** Differences that rounding doesn't excuse. */
    public List<ParityCheck> failures() {
        return checks.stream().filter(check -> check.fails(tie)).toList();
    }

    /**
     * Whether each difference is excused, and no way of decoding differs more often than the target's own rounding
     * explains (one in a thousand does by chance).
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

    /**
     * How many texts are identical, then a table of the ways; if some differ, a line for each difference, then what
     * rounding explains.
     */
    public String print(TargetModel target) {
        boolean differing = !differences().isEmpty();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "identical: %d of %d texts%n",
                checks.size() - differences().size(),
                checks.size()));
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("", "prompts", "tokens", "differ", "failing", "widest gap", "of positions", "chance"));
        byWay().forEach((method, part) -> lines.add(part.cells(method)));
        int columns = differing ? lines.get(0).size() : PLAIN_COLUMNS;
        text.append(TextTable.print(
                lines.stream().map(line -> line.subList(0, columns)).toList(), 1));
        differences().forEach(check -> text.append(line(check, target)));
        if (rounding.positions() > 0) {
            text.append(roundingLine());
        }
        return text.append(summary()).append('\n').toString();
    }

    private List<String> cells(DecodingMethod method) {
        return List.of(
                method.label(),
                Integer.toString(checks.size()),
                Long.toString(tokens()),
                Integer.toString(differences().size()),
                Integer.toString(failures().size()),
                isSampled() ? "" : String.format(Locale.ROOT, "%.4f", widestGap()),
                String.format(Locale.ROOT, "%.2f%%", 100.0 * differences().size() / Math.max(1, compared())),
                String.format(Locale.ROOT, "%.3f", chance()));
    }

    private String line(ParityCheck check, TargetModel target) {
        String gap = isSampled()
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", gap %.4f%s%s",
                        check.gap(),
                        check.moved() > 0
                                ? String.format(
                                        Locale.ROOT,
                                        " (the target's own passes of 1 to 4 rows move it by up to %.4f)",
                                        check.moved())
                                : "",
                        check.fails(tie) ? "" : ", a near-tie");
        return String.format(
                Locale.ROOT,
                "%s, %s prompt %s, position %d: expected %s, found %s%s%n",
                check.method().label(),
                check.dataset(),
                check.prompt(),
                check.at(),
                token(target, check.expected()),
                token(target, check.found()),
                gap);
    }

    private String roundingLine() {
        if (rounding.widest() == 0) {
            return String.format(
                    Locale.ROOT,
                    "the target's rows have the same bits in passes of %d and of 1, at %d positions: rounding explains no difference%n",
                    PlainReference.ROWS,
                    rounding.positions());
        }
        return String.format(
                Locale.ROOT,
                "the target's own rounding, %d rows a pass against one, without drafts: another token at %d of %d positions (%.2f%%), gaps"
                        + " moved by up to %.4f; chance: of so many differences if they came as often%n",
                PlainReference.ROWS,
                rounding.flips(),
                rounding.positions(),
                100.0 * rounding.flips() / rounding.positions(),
                rounding.widest());
    }

    /** How much was compared and what differs. */
    public String summary() {
        int differ = differences().size();
        String texts = String.format(Locale.ROOT, "%d texts, %d tokens: ", checks.size(), tokens());
        if (differ == 0) {
            return texts + "all identical";
        }
        String differing = texts + differ + " differ, ";
        if (tie == 0) {
            return differing + "none may";
        }
        return differing
                + (isSampled()
                        ? "which the target's rounding can do to sampled texts"
                        : String.format(
                                Locale.ROOT,
                                "%d of them not at a near-tie (gap above %.4f)",
                                failures().size(),
                                tie))
                + (failures().isEmpty() && !passes() ? ", but more often than it explains" : "");
    }

    private boolean isSampled() {
        return temperature > 0;
    }

    private long tokens() {
        return checks.stream().mapToLong(ParityCheck::tokens).sum();
    }

    private Map<DecodingMethod, ParityResult> byWay() {
        Map<DecodingMethod, List<ParityCheck>> parts = new LinkedHashMap<>();
        checks.forEach(check -> parts.computeIfAbsent(check.method(), method -> new ArrayList<>())
                .add(check));
        Map<DecodingMethod, ParityResult> results = new LinkedHashMap<>();
        parts.forEach((method, part) -> results.put(method, new ParityResult(part, temperature, tie, rounding)));
        return results;
    }

    private static String token(TargetModel target, int token) {
        return token == PlainReference.END
                ? "the end"
                : "'" + target.text(token).replace("\n", "\\n") + "' (" + token + ")";
    }

    /**
     * Fields temperature, tie, texts, tokens, identical, differing, failing, widest_gap, chance; object rounding with
     * rows, positions, flips, widest; array ways of the same for each with draft, mode and policy; array differences of
     * {@link ParityCheck#toJson()}.
     */
    public ObjectNode toJson() {
        ObjectNode json = figures().put("temperature", temperature).put("tie", tie);
        json.putObject("rounding")
                .put("rows", PlainReference.ROWS)
                .put("positions", rounding.positions())
                .put("flips", rounding.flips())
                .put("widest", rounding.widest());
        ArrayNode methods = json.putArray("ways");
        byWay().forEach((method, part) -> methods.add(part.figures()
                .put("draft", method.draft())
                .put("mode", method.mode().label())
                .put("policy", method.policy())));
        ArrayNode differences = json.putArray("differences");
        differences().forEach(check -> differences.add(check.toJson()));
        return json;
    }

    private ObjectNode figures() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("texts", checks.size())
                .put("tokens", tokens())
                .put("identical", checks.size() - differences().size())
                .put("differing", differences().size())
                .put("failing", failures().size())
                .put("widest_gap", widestGap())
                .put("chance", chance());
    }
}
