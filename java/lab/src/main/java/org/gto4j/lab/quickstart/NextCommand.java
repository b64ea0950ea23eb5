package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What to type next, ready to be copied into a shell. */
final class NextCommand {
    /** What no shell reads anything into. */
    private static final Pattern HARMLESS = Pattern.compile("[\\w@%+=:,./-]+");

    private NextCommand() {}

    /** Talks to the model with its draft. */
    static String chat(Path model, Path draft) {
        return line(List.of("./gto4j", "chat", "-m", model.toString(), "-d", draft.toString()));
    }

    private static String line(List<String> words) {
        return words.stream().map(NextCommand::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return HARMLESS.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
