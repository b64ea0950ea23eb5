package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.gto4j.data.Corpus;
import org.gto4j.data.Deduplication;
import org.gto4j.data.DuplicateFilter;
import org.gto4j.data.OnBrokenLine;
import org.gto4j.data.Prefiller;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptTokens;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.data.SourceFile;
import org.gto4j.data.SourceText;
import org.gto4j.data.SourceTexts;
import org.gto4j.error.GtoException;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.TargetModel;

/** The options on reading files of prompts or texts; what is left out is counted and the first few are named. */
final class SourceFileReader {
    private static final int NAMED = 5;

    private static final Parameter<OnBrokenLine> ON_BROKEN_LINE = Parameter.of(
                    ParameterGroup.TEXTS,
                    "on-broken-line",
                    "WHAT",
                    ValueType.choice(OnBrokenLine.class),
                    "fail: a line that can't be read ends the run before it starts; skip: leave it out")
            .orElse(OnBrokenLine.FAIL);
    private static final Parameter<Deduplication> DEDUP = Parameter.of(
                    ParameterGroup.TEXTS,
                    "dedup",
                    "KIND",
                    ValueType.choice(Deduplication.class),
                    "leave out prompts that were there before: exact (case and white space don't count), near (mostly the "
                            + "same words in the same order) or none")
            .orElse(Deduplication.EXACT);

    static final Parameters PARAMETERS = Parameters.of(ON_BROKEN_LINE, DEDUP);

    private final ParameterValues values;
    private final Parameter<Path> file;
    private final Console console;
    private final Map<String, Integer> lines = new HashMap<>();

    SourceFileReader(ParameterValues values, Parameter<Path> file, Console console) {
        this.file = file;
        this.values = values;
        this.console = console;
    }

    /** The prompts of --prompts. */
    List<Prompt> prompts() {
        SourceTexts<Prompt> read = SourceFile.prompts(values.get(file), onBroken());
        tell(read);
        remember(read, Prompt::id);
        DuplicateFilter filter = new DuplicateFilter(values.get(DEDUP));
        List<Prompt> prompts = filter.filter(read.texts());
        if (prompts.size() < read.texts().size()) {
            console.say(read.texts().size() - prompts.size() + " of "
                    + read.texts().size() + " prompts left out as duplicates (" + filter.exact() + " exact, "
                    + filter.near() + " near)");
        }
        return prompts;
    }

    /** Refuses prompts that a target's chat template can't write, by file and line. */
    void requireWritten(TargetModel target, List<Prompt> prompts) {
        prompts.forEach(prompt -> named(prompt.id(), () -> PromptTokens.requireWritten(target, prompt)));
    }

    /** Refuses prompts under whose ids a corpus holds something else, by file and line. */
    void requireSame(Corpus corpus, List<Prompt> prompts, RegenerationOptions options) {
        prompts.stream()
                .limit(options.promptBudget() > 0 ? options.promptBudget() : prompts.size())
                .forEach(prompt -> named(prompt.id(), () -> Regenerator.requireSame(corpus, prompt, options)));
    }

    /** The same of texts that are kept. */
    void requireSame(Corpus corpus, List<SourceText> texts, int most) {
        texts.stream()
                .limit(most > 0 ? most : texts.size())
                .forEach(text -> named(text.id(), () -> Prefiller.requireSame(corpus, text)));
    }

    private void named(String id, Runnable check) {
        try {
            check.run();
        } catch (GtoException e) {
            throw new GtoException(e.kind(), values.get(file) + " line " + lines.get(id) + ": " + e.getMessage(), e);
        }
    }

    /** The texts of --prompts, their answers kept. */
    List<SourceText> kept(TargetModel target) {
        SourceTexts<SourceText> read = SourceFile.kept(values.get(file), onBroken(), target);
        tell(read);
        remember(read, SourceText::id);
        return read.texts();
    }

    private <T> void remember(SourceTexts<T> read, Function<T, String> id) {
        for (int i = 0; i < read.texts().size(); i++) {
            lines.put(id.apply(read.texts().get(i)), read.lines().get(i));
        }
    }

    private OnBrokenLine onBroken() {
        return values.get(ON_BROKEN_LINE);
    }

    private void tell(SourceTexts<?> read) {
        int broken = read.broken().size();
        if (broken > 0) {
            console.say(broken + " of " + (broken + read.texts().size()) + " lines are broken and left out"
                    + (broken > NAMED ? ", the first " + NAMED + ":" : ":"));
            read.broken().stream().limit(NAMED).forEach(line -> console.say("  " + line));
        }
    }
}
