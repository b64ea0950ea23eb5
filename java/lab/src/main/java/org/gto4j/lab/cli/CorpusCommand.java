package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.cli.Options;
import org.gto4j.data.CorpusContents;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.MaskedTokens;
import org.gto4j.data.OnBrokenLine;
import org.gto4j.data.Reasoning;
import org.gto4j.data.ResponseSpan;
import org.gto4j.data.SourceFile;
import org.gto4j.data.SourceText;
import org.gto4j.data.TextTokens;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.TargetModel;

/** {@code gto4j corpus}. */
final class CorpusCommand implements Command {
    private static final int SAMPLE = 3;

    /** A text to be shown, and where it comes from in a word. */
    private record Shown(MaskedTokens text, String origin) {}

    @Override
    public String name() {
        return "corpus";
    }

    @Override
    public String summary() {
        return "shows texts with what is trained of them (show), or what a corpus is made of (info)";
    }

    @Override
    public Options options() {
        return ReasoningValues.addTo(CommandOptions.computing()
                .addOption(CommandOptions.file(
                        "m",
                        "model",
                        "GGUF",
                        FileUse.GGUF_IN,
                        "show: the target model, whose tokenizer and chat template count"))
                .addOption(CommandOptions.value(null, "id", "ID", "show: this text"))
                .addOption(CommandOptions.value(
                        null, "sample", "N", "show: or N texts, evenly spread (default " + SAMPLE + ")"))
                .addOption(CommandOptions.value(
                        null, "color", "WHEN", "show: auto (default: on a terminal), always or never")));
    }

    @Override
    public List<Argument> arguments() {
        return List.of(new Argument("show|info", null), new Argument("DIR_OR_FILE", FileUse.CORPUS_OR_TEXTS_IN));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "info corpus",
                "show corpus -m model.gguf",
                "show corpus -m model.gguf --id general-17 --color always | less -R",
                "show sharegpt.jsonl -m model.gguf --sample 5 --reasoning drop");
    }

    @Override
    public void run(Values values, Console console) {
        Path path = values.pathArgument(1);
        switch (values.argument(0)) {
            case "info" -> console.out().print(new CorpusReport(CorpusContents.read(path)));
            case "show" -> show(path, values, console);
            default -> throw new UsageException("expected 'show' or 'info', found '" + values.argument(0) + "'");
        }
    }

    private static void show(Path path, Values values, Console console) {
        boolean colour = console.colour(values.choice("color", Console.Colour.AUTO));
        Reasoning reasoning = ReasoningValues.of(values);
        try (TargetFile open = TargetFile.open(values)) {
            TargetModel target = open.target();
            List<Shown> texts =
                    CorpusContents.isThere(path) ? ofCorpus(path, values) : ofFile(path, target, reasoning, values);
            MaskedText marked = new MaskedText(token -> target.tokenBytes(token, true), colour);
            console.raw().println(marked.legend());
            for (Shown shown : texts) {
                MaskedTokens text = shown.text();
                int trained =
                        text.responses().stream().mapToInt(ResponseSpan::length).sum();
                console.out().println();
                console.out()
                        .println("== " + text.id() + ": " + shown.origin() + ", " + text.tokens().length + " tokens, "
                                + trained + " trained ==");
                console.raw().println(marked.of(text));
                console.flush();
            }
        }
    }

    private static List<Shown> ofCorpus(Path folder, Values values) {
        List<CorpusSequence> sequences = CorpusContents.read(folder).sequences();
        return chosen(sequences, sequences.stream().map(CorpusSequence::id).toList(), folder, values).stream()
                .map(one -> new Shown(
                        new MaskedTokens(one.id(), one.tokens(), one.responses()),
                        one.own() ? "written by the target" : "kept as it was"))
                .toList();
    }

    private static List<Shown> ofFile(Path file, TargetModel target, Reasoning reasoning, Values values) {
        List<SourceText> texts = SourceFile.any(file, OnBrokenLine.FAIL, target).texts();
        List<Shown> shown = new ArrayList<>();
        for (SourceText text : chosen(texts, texts.stream().map(SourceText::id).toList(), file, values)) {
            for (MaskedTokens masked : TextTokens.of(target, text, Integer.MAX_VALUE, reasoning)) {
                shown.add(new Shown(masked, masked.responses().isEmpty() ? "a prompt" : "answers kept"));
            }
        }
        return shown;
    }

    private static <T> List<T> chosen(List<T> all, List<String> ids, Path path, Values values) {
        if (values.has("id")) {
            int index = ids.indexOf(values.text("id", ""));
            if (index < 0) {
                throw new UsageException(path + " holds no text '" + values.text("id", "") + "'");
            }
            return List.of(all.get(index));
        }
        int count = Math.min(values.integer("sample", SAMPLE, 1), all.size());
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }
}
