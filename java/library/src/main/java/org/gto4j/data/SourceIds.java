package org.gto4j.data;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gto4j.io.Excerpt;

/**
 * The ids of a file's texts. "a#2" is what the second part of "a" is called in a corpus: no other text may be called
 * so.
 */
final class SourceIds {
    private static final Pattern PART = Pattern.compile("(.+)#\\d+", Pattern.DOTALL);

    private final Map<String, Integer> lineOfId = new HashMap<>();
    private final Map<String, Integer> lineOfPart = new HashMap<>();

    /** Takes an id; an error if it was used before. */
    void add(String id, int line, LineError error) {
        Integer earlier = lineOfId.get(id);
        if (earlier != null) {
            throw error.of("ids that differ", "'" + Excerpt.visible(id) + "' again, used on line " + earlier);
        }
        Matcher part = PART.matcher(id);
        boolean isPart = part.matches();
        Integer related = isPart ? lineOfId.get(part.group(1)) : null;
        related = related == null ? lineOfPart.get(id) : related;
        if (related != null) {
            throw error.of(
                    "ids that differ by more than '#' and a number, as the parts of a text are called so",
                    "'" + Excerpt.visible(id) + "' beside that of line " + related);
        }
        lineOfId.put(id, line);
        if (isPart) {
            lineOfPart.putIfAbsent(part.group(1), line);
        }
    }
}
