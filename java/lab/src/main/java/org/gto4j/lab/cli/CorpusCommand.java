package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
    private static final Parameter<Path> MODEL =
            CommonParameters.MODEL.optional().help("show: the target model, whose tokenizer and chat template count");
    private static final Parameter<String> ID =
            Parameter.of(ParameterGroup.TEXTS, "id", "ID", ValueType.text(), "show: this text");
    private static final Parameter<Integer> SAMPLE = Parameter.of(
                    ParameterGroup.TEXTS,
                    "sample",
                    "N",
                    WholeNumbers.atLeast(1),
                    "show: or so many texts, evenly spread")
            .orElse(3);
    private static final Parameter<Console.Colour> COLOR = Parameter.of(
                    ParameterGroup.OUTPUT,
                    "color",
                    "WHEN",
                    ValueType.choice(Console.Colour.class),
                    "show: in colour; auto: on a terminal")
            .orElse(Console.Colour.AUTO);

    /** A text to be shown, and where it comes from in a word. */
    private record Shown(MaskedTokens text, String origin) {}

    @Override
    public String name() {
        return "corpus";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.TRAIN;
    }

    @Override
    public String summary() {
        return "shows which parts of texts are trained, or what a corpus holds";
    }

    @Override
    public String details() {
        return "'show' prints texts with what is trained of them, 'info' what a corpus is made of.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(MODEL)
                .and(ID, SAMPLE, COLOR)
                .and(ReasoningParameters.ALL)
                .and(CommonParameters.CHATTING);
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
    public void run(ParameterValues values, Console console) {
        Path path = values.pathArgument(1);
        switch (values.argument(0)) {
            case "info" -> console.out().print(new CorpusReport(CorpusContents.read(path)));
            case "show" -> show(path, values, console);
            default -> throw new UsageException("expected 'show' or 'info', found '" + values.argument(0) + "'");
        }
    }

    private static void show(Path path, ParameterValues values, Console console) {
        boolean colour = console.colour(values.get(COLOR));
        Reasoning reasoning = ReasoningParameters.of(values);
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

    private static List<Shown> ofCorpus(Path folder, ParameterValues values) {
        List<CorpusSequence> sequences = CorpusContents.read(folder).sequences();
        return chosen(sequences, sequences.stream().map(CorpusSequence::id).toList(), folder, values).stream()
                .map(one -> new Shown(
                        new MaskedTokens(one.id(), one.tokens(), one.responses()),
                        one.own() ? "written by the target" : "kept as it was"))
                .toList();
    }

    private static List<Shown> ofFile(Path file, TargetModel target, Reasoning reasoning, ParameterValues values) {
        List<SourceText> texts = SourceFile.any(file, OnBrokenLine.FAIL, target).texts();
        List<Shown> shown = new ArrayList<>();
        for (SourceText text : chosen(texts, texts.stream().map(SourceText::id).toList(), file, values)) {
            for (MaskedTokens masked : TextTokens.of(target, text, Integer.MAX_VALUE, reasoning)) {
                shown.add(new Shown(masked, masked.responses().isEmpty() ? "a prompt" : "answers kept"));
            }
        }
        return shown;
    }

    private static <T> List<T> chosen(List<T> all, List<String> ids, Path path, ParameterValues values) {
        if (values.has(ID)) {
            int index = ids.indexOf(values.get(ID));
            if (index < 0) {
                throw new UsageException(path + " holds no text '" + values.get(ID) + "'");
            }
            return List.of(all.get(index));
        }
        int count = Math.min(values.get(SAMPLE), all.size());
        return IntStream.range(0, count)
                .mapToObj(i -> all.get((int) ((long) i * all.size() / count)))
                .toList();
    }
}
