package org.gto4j.lab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.gto4j.checkpoint.CheckpointFormat;
import org.gto4j.checkpoint.DraftExport;
import org.gto4j.checkpoint.ExportOptions;
import org.gto4j.error.GtoException;
import org.gto4j.io.GgufFacts;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.ContextVocabulary;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;

/** {@code gto4j export}. */
final class ExportCommand implements Command {
    private static final Parameter<Path> DRAFT = Parameter.file(
                    ParameterGroup.MODEL, "draft", "PATH", FileUse.RUN_IN, "a draft, or the folder of a run")
            .shortName("d")
            .needed();
    private static final Parameter<Path> OUT = Parameter.file(
                    ParameterGroup.OUTPUT, "out", "PATH", FileUse.DRAFT_OUT, "the GGUF to write, or the folder to fill")
            .needed();
    private static final Parameter<ExportFormat> FORMAT = Parameter.of(
                    ParameterGroup.OUTPUT,
                    "format",
                    "FORMAT",
                    ValueType.choice(ExportFormat.class),
                    "gguf: for stock llama.cpp; sglang: a folder for SGLang; speculators: a folder for vLLM")
            .orElse(ExportFormat.GGUF);
    private static final Parameter<String> VERIFIER = Parameter.of(
                    ParameterGroup.OUTPUT,
                    "verifier",
                    "NAME",
                    ValueType.text(),
                    "of speculators: name or path of the target as vLLM loads it")
            .orElseSay("none: vLLM must be told");
    private static final Parameter<DraftFileType> TYPE = Parameter.of(
                    ParameterGroup.OUTPUT, "type", "TYPE", ValueType.constant(DraftFileType.class), "of the weights")
            .orElse(DraftFileType.F16);

    private static final ContextVocabularyParameters CONTEXT_VOCABULARY = new ContextVocabularyParameters(
            ParameterGroup.OUTPUT,
            "; of gguf. 'train' has the same option, and a draft that was trained without proposes worse with it; "
                    + "stock llama.cpp drafts without such tokens",
            "as the draft has it");

    /** What folders of this program call their drafts, the best first. */
    private static final List<String> NAMES = List.of("draft.gguf", "draft-gto.gguf", "draft-eagle3.gguf");

    @Override
    public String name() {
        return "export";
    }

    @Override
    public CommandGroup group() {
        return CommandGroup.USE;
    }

    @Override
    public String summary() {
        return "writes a draft for stock llama.cpp, SGLang or vLLM";
    }

    @Override
    public String details() {
        return "Writes a draft as a GGUF that stock llama.cpp loads (--spec-type draft-eagle3), or as a folder of config.json and model.safetensors: for SGLang (LlamaForCausalLMEagle3) or, "
                + "in the layout of speculators, for vLLM.";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of(CommonParameters.MODEL, DRAFT, OUT, FORMAT, TYPE)
                .and(CONTEXT_VOCABULARY.all())
                .and(VERIFIER)
                .and(CommonParameters.COMPUTING);
    }

    @Override
    public List<String> examples() {
        return List.of(
                "-m model.gguf --draft run2 --out draft.gguf",
                "-m model.gguf --draft run2/draft.gguf --out draft-f32.gguf --type F32",
                "-m model.gguf --draft run2 --context-vocab 3 --context-bigram 5 --out draft-context.gguf",
                "-m model.gguf --draft run2 --format speculators --type BF16 --verifier meta-llama/Llama-3.1-8B-Instruct --out draft-vllm");
    }

    @Override
    public void run(ParameterValues values, Console console) {
        DraftFileType type = values.get(TYPE);
        Path file = draft(values.get(DRAFT));
        Path out = values.get(OUT);
        ExportFormat format = values.get(FORMAT);
        if (format != ExportFormat.SPECULATORS && values.has(VERIFIER)) {
            throw ParameterValues.wrong(VERIFIER, "it with --format speculators", "it without");
        }
        Optional<ContextVocabulary> context = CONTEXT_VOCABULARY.of(values);
        if (format != ExportFormat.GGUF && context.isPresent()) {
            throw ParameterValues.wrong(CONTEXT_VOCABULARY.offset(), "it with --format gguf", "it without");
        }
        requireNoModel(out);
        try (TargetFile open = TargetFile.open(values);
                DraftModel draft = DraftModel.load(open.target(), file)) {
            context.ifPresent(draft::setContextVocabulary);
            switch (format) {
                case GGUF -> draft.save(out, type);
                case SGLANG ->
                    DraftExport.write(
                            draft,
                            out,
                            ExportOptions.builder(CheckpointFormat.SGLANG)
                                    .type(type)
                                    .build());
                case SPECULATORS ->
                    DraftExport.write(
                            draft,
                            out,
                            ExportOptions.builder(CheckpointFormat.SPECULATORS)
                                    .type(type)
                                    .verifier(values.find(VERIFIER).orElse(null))
                                    .build());
            }
            console.written(out);
        }
    }

    /** Whoever names a model there has mistaken it for a draft: it isn't easily made again. */
    static void requireNoModel(Path out) {
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
