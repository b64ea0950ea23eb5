package org.gto4j.io;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The files of a model that llama.cpp's gguf-split made: NAME-00001-of-00003.gguf and so on, in one folder. */
public final class GgufParts {
    private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf", Pattern.DOTALL);

    private GgufParts() {}

    /**
     * All files of the model whose first one is given, by their names; a model of one file is that file. They may not
     * be there.
     */
    public static List<Path> of(Path first) {
        Path name = first.getFileName();
        Matcher matcher = NAME.matcher(name == null ? "" : name.toString());
        if (!matcher.matches() || !matcher.group(2).equals("00001")) {
            return List.of(first);
        }
        return IntStream.rangeClosed(1, Math.max(1, Integer.parseInt(matcher.group(3))))
                .mapToObj(part -> first.resolveSibling(
                        String.format(Locale.ROOT, "%s-%05d-of-%s.gguf", matcher.group(1), part, matcher.group(3))))
                .toList();
    }
}
