package org.gto4j.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.error.GtoException;
import org.gto4j.io.GgufFacts;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;

/** {@code gto4j export}. */
final class ExportCommand implements Command {
    /** What folders of this program call their drafts, the best first. */
    private static final List<String> NAMES = List.of("draft.gguf", "draft-gto.gguf", "draft-eagle3.gguf");

    private static final List<String> TYPES = List.of("F16", "F32");

    @Override
    public String name() {
        return "export";
    }

    @Override
    public String summary() {
        return "writes a draft as a GGUF that stock llama.cpp loads (--spec-type draft-eagle3)";
    }

    @Override
    public Options options() {
        return CommandOptions.computing()
                .addOption(CommandOptions.model())
                .addOption(CommandOptions.neededFile(
                        "d", "draft", "PATH", FileUse.RUN_IN, "a draft, or the folder of a run"))
                .addOption(CommandOptions.neededFile(null, "out", "FILE", FileUse.FILE_OUT, "the GGUF to write"))
                .addOption(CommandOptions.value(null, "type", "TYPE", "type of the weights, F16 (default) or F32"));
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf --draft run2 --out draft.gguf",
                "-m model.gguf --draft run2/draft.gguf --out draft-f32.gguf --type F32");
    }

    @Override
    public void run(Values values, Console console) {
        String type = values.text("type", TYPES.get(0));
        if (!TYPES.contains(type)) {
            throw Values.wrong("type", "one of " + TYPES, type);
        }
        Path file = draft(values.neededPath("draft"));
        Path out = values.neededPath("out");
        requireNoModel(out);
        try (TargetFile open = TargetFile.open(values);
                DraftModel draft = DraftModel.load(open.target(), file)) {
            draft.save(out, DraftFileType.valueOf(type));
            console.written(out);
        }
    }

    /** Whoever names a model there has mistaken it for a draft: it isn't easily made again. */
    private static void requireNoModel(Path out) {
        if (Files.isRegularFile(out) && GgufFacts.isOther(out)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    out + ": expected a new file or a draft to replace, found another GGUF");
        }
    }

    private static Path draft(Path path) {
        if (!Files.isDirectory(path)) {
            return path;
        }
        return NAMES.stream()
                .map(path::resolve)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new GtoException(
                        GtoException.Kind.IO,
                        path + ": expected a folder with one of " + String.join(", ", NAMES)
                                + "; a run writes its draft when it is complete"));
    }
}
