package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.gto4j.data.Corpus;
import org.gto4j.io.JsonFile;
import org.gto4j.lab.figure.TextTable;
import org.gto4j.lab.gto.GradientFigures;
import org.gto4j.lab.gto.GradientMeasurement;
import org.gto4j.lab.terminal.Console;
import org.gto4j.lab.terminal.Progress;
import org.gto4j.model.DraftModel;
import org.gto4j.train.Budget;
import org.gto4j.train.TrainingOptions;

/** {@code gto4j gradients}. */
final class GradientsCommand implements Command {
    private static final Parameter<Path> DRAFT =
            CommonParameters.DRAFT.help("the draft after some training").needed();
    private static final Parameter<Path> REFERENCE = Parameter.file(
                    ParameterGroup.MODEL,
                    "reference",
                    "GGUF",
                    FileUse.GGUF_IN,
                    "the draft that this training started from")
            .needed();
    private static final Parameter<Path> CORPUS = CommonParameters.CORPUS
            .help("a corpus that 'regenerate' made; a random sample of the target's own texts is taken")
            .needed();
    private static final Parameter<Integer> TEXTS = Parameter.of(
                    ParameterGroup.TEXTS, "texts", "N", WholeNumbers.atLeast(1), "texts, a gradient of each term each")
            .orElse(50);

    @Override
    public String name() {
        return "gradients";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.RESEARCH;
    }

    @Override
    public String summary() {
        return "which way phase 2's two losses move a draft";
    }

    @Override
    public String details() {
        return "Says which way the gradients of phase 2's two losses, token loss and policy term, move a draft: on in the direction that training "
                + "took or back, alike on different texts or at random.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, DRAFT, REFERENCE, CORPUS, TEXTS, TreeSizes.TREE)
                .and(PolicyParameters.ALL)
                .and(CommonParameters.JSON)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf -d run2/draft.gguf --reference run1/draft.gguf --corpus corpus",
                "-m model.gguf -d run2/draft.gguf --reference run1/draft.gguf --corpus corpus --dual-clip 3 --texts 200 --json gradients.json");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        int texts = values.get(TEXTS);
        try (TargetFile open = TargetFile.open(values);
                Corpus corpus = Corpus.openReadOnly(values.get(CORPUS), open.target());
                DraftModel draft = DraftModel.load(open.target(), values.get(DRAFT));
                DraftModel reference = DraftModel.load(open.target(), values.get(REFERENCE));
                Progress progress = console.progress("gradients")) {
            int count = Math.min(texts, corpus.sequences().size());
            GradientFigures figures = GradientMeasurement.run(
                    open.target(),
                    draft,
                    reference,
                    corpus,
                    TrainingOptions.phaseTwo(Budget.steps(1)).build(),
                    PolicyParameters.of(values).build(),
                    count,
                    done -> {
                        console.checkStop();
                        progress.update(done, Math.round(done * count) + " of " + count + " texts");
                    });
            console.out().print(print(figures));
            values.find(CommonParameters.JSON).ifPresent(file -> JsonFile.write(file, figures.toJson()));
        }
    }

    private static String print(GradientFigures figures) {
        List<String> together = figures.together().cells("%+.3f");
        List<List<String>> table = List.of(
                List.of("pull of", "texts", "norm", "cosine with drift", "95% interval", "cosine of two texts"),
                row("token loss", figures.token()),
                row("policy term", figures.policy()));
        return TextTable.print(table, 1)
                + String.format(
                        Locale.ROOT,
                        "drift: the weights have moved by %.2g of their norm; cosine of the two terms: %s %s%n",
                        figures.drift(),
                        together.get(0),
                        together.get(1));
    }

    private static List<String> row(String name, GradientFigures.Pull pull) {
        return Stream.concat(Stream.of(name), pull.cells().stream()).toList();
    }
}
