package org.gto4j.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.error.GtoException;

/** What the head of a GGUF file says, for people. Immutable. */
public final class GgufFacts {
    private static final String DRAFT = "eagle3";

    private final Path file;
    private final GgufHeader header;

    private GgufFacts(Path file, GgufHeader header) {
        this.file = file;
        this.header = header;
    }

    /** Reads a file; IO: missing, unreadable or truncated, FORMAT: not a GGUF. */
    public static GgufFacts read(Path file) {
        return new GgufFacts(file, GgufHeader.read(file));
    }

    /** Whether a file is a GGUF, but no draft; what can't be read as one isn't. */
    public static boolean isOther(Path file) {
        try {
            return !read(file).isDraft();
        } catch (GtoException e) {
            return false;
        }
    }

    /** The architecture, e.g. "llama"; empty if the file says none. */
    public String architecture() {
        return header.text("general.architecture").orElse("");
    }

    /** Whether the file holds an EAGLE-3 draft. */
    public boolean isDraft() {
        return architecture().equals(DRAFT);
    }

    /** Facts, one a line: a name and a value in columns. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line("file", file.toString()));
        List<Path> parts = GgufParts.of(file);
        lines.add(line(
                "size",
                String.format(
                                Locale.ROOT,
                                "%.1f MB",
                                parts.stream()
                                                .mapToLong(part -> part.toFile().length())
                                                .sum()
                                        / 1e6)
                        + (parts.size() > 1 ? " in " + parts.size() + " files" : "")));
        lines.add(line("architecture", architecture() + (isDraft() ? " (a draft)" : "")));
        header.text("general.name").ifPresent(name -> lines.add(line("name", name)));
        lines.add(line(
                "tensors",
                String.valueOf(header.values()
                        .getOrDefault("split.tensors.count", header.tensors().size()))));
        if (isDraft()) {
            addDraft(lines);
        }
        return lines;
    }

    private void addDraft(List<String> lines) {
        lines.add(line("width", value("embedding_length")));
        lines.add(line("feed-forward", value("feed_forward_length")));
        lines.add(line(
                "attention",
                value("attention.head_count") + " heads, " + value("attention.head_count_kv")
                        + " for keys and values"));
        lines.add(line("target blocks", value("target_layers")));
        long[] vocabulary = header.tensors().get("d2t");
        lines.add(line(
                "vocabulary",
                vocabulary == null || vocabulary.length == 0
                        ? "the target's"
                        : vocabulary[0] + " of the target's tokens"));
        Object offset = header.values().get("gto4j.context_vocabulary.offset");
        if (offset != null) {
            Object bonus = header.values().get("gto4j.context_vocabulary.bigram_bonus");
            boolean none = !(bonus instanceof Number number) || number.doubleValue() == 0;
            lines.add(line("", "and the text's own, offset " + offset + (none ? "" : ", bigram bonus " + bonus)));
        }
    }

    private String value(String key) {
        Object value = header.values().get(DRAFT + "." + key);
        return value == null ? "not given" : value.toString();
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-15s %s", name, value);
    }
}
