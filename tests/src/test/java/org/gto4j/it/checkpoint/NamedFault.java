package org.gto4j.it.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rule for errors of checkpoints: an error begins with a file of the checkpoint and the field of it that is wrong.
 * A field that has a name is in one of the files as they are, or was there before they were changed; a tensor that is
 * missing is one that published checkpoints have. Fields are
 *
 * <ul>
 *   <li>of JSON a key ("field KEY", in a list its entry), of an index's map a tensor; the line of what isn't JSON, the
 *       top level of what isn't an object;
 *   <li>of safetensors a tensor, or its dtype, shape, data_offsets or a value of it; else the part: the length of the
 *       header, the header (its line, where it isn't JSON), the values;
 *   <li>of .bin a tensor, an entry or a byte of the pickle, a member of the archive; else its first bytes or its
 *       directory.
 * </ul>
 */
final class NamedFault {
    private static final String TENSOR =
            "tensor (?<name>.+?)(, (dtype|shape|data_offsets|strides|(value|entry) \\d+))?";
    private static final Map<String, Pattern> FIELDS = Map.of(
            ".json",
            field("(\\w+[,:] )*field (?<name>.+?)(, entry \\d+)?|line \\d+|top level|weight_map|(weight_map, )?"
                    + TENSOR.replace("name", "tensor")),
            ".safetensors",
            field("length of the header|header(, line \\d+|: top level)?|values|(header, )?" + TENSOR),
            ".bin",
            field("first bytes|directory of the archive|member .+?|data.pkl, (byte \\d+|entry .+?)|(data.pkl, )?"
                    + TENSOR));
    private static final Pattern PLAIN = Pattern.compile("[\\w.]+");

    /** What checkpoints of all layouts hold. */
    private final List<byte[]> published;

    NamedFault(List<byte[]> published) {
        this.published = published;
    }

    private static Pattern field(String forms) {
        return Pattern.compile("(: |, | )(" + forms + ")(: |(?<missing> is missing)).*", Pattern.DOTALL);
    }

    /**
     * Checks an error's message.
     *
     * @param contents what each file of the checkpoint holds and held
     */
    void check(String message, Map<Path, byte[][]> contents, String input) {
        String said = message.replaceFirst("^can't read ", "");
        Path file = contents.keySet().stream()
                .filter(path -> said.startsWith(path.toString()))
                .max(Comparator.comparingInt(path -> path.toString().length()))
                .orElseThrow(() -> new AssertionError(input + " begins with no file: " + message));
        String name = file.toString();
        Matcher field = FIELDS.get(name.substring(name.lastIndexOf('.'))).matcher(said.substring(name.length()));
        assertTrue(field.matches(), input + " names no field: " + message);
        Stream<byte[]> known = field.group("missing") == null
                ? contents.values().stream().flatMap(Arrays::stream)
                : published.stream();
        String all =
                known.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).collect(Collectors.joining("\n"));
        for (String group : name.endsWith(".json") ? new String[] {"name", "tensor"} : new String[] {"name"}) {
            String found = field.group(group);
            assertTrue(
                    found == null || !PLAIN.matcher(found).matches() || all.contains(found),
                    () -> input + " names what isn't there: " + message);
        }
    }
}
