package org.gto4j.lab.cli;

import java.nio.file.Path;
import org.gto4j.GenerationOptions;
import org.gto4j.model.CacheType;
import org.gto4j.model.DraftWeights;
import org.gto4j.model.FlashAttention;
import org.gto4j.model.TargetOptions;

/** Parameters of many commands, so that one name means the same thing everywhere. */
final class CommonParameters {
    static final Parameter<Boolean> HELP =
            Parameter.flag(ParameterGroup.HELP, "help", "show this help").shortName("h");
    static final Parameter<Boolean> STACKTRACE = Parameter.flag(
                    ParameterGroup.HELP, "stacktrace", "show the stack trace of an error")
            .shortName("X");
    static final Parameter<Integer> THREADS = Parameter.of(
                    ParameterGroup.MACHINE, "threads", "N", WholeNumbers.atLeast(0), "threads to compute with")
            .orElse(0, "one for each processor that this process may use");
    static final Parameter<String> DEVICE = Parameter.of(
                    ParameterGroup.MACHINE,
                    "device",
                    "NAME",
                    ValueType.text(),
                    "what to compute on: CPU-GTO4J (kernels of this program), CPU (ggml's), CUDA0 or CUDA0,CUDA1, ...; "
                            + "'info' lists all")
            .orElse("", "the CPU with the kernels that are best for its processor");
    static final Parameter<Integer> GPU_LAYERS = Parameter.of(
                    ParameterGroup.MACHINE,
                    "gpu-layers",
                    "N",
                    WholeNumbers.atLeast(0),
                    "how many of the target's last layers lie in a GPU's memory, the output layer counted as one")
            .orElseSay("all");
    static final Parameter<CacheType> CACHE_TYPE = Parameter.of(
                    ParameterGroup.MACHINE,
                    "cache-type",
                    "TYPE",
                    ValueType.constant(CacheType.class),
                    "of the target's keys and values; Q8_0 needs flash attention")
            .orElse(TargetOptions.DEFAULT.cacheType());
    static final Parameter<FlashAttention> FLASH_ATTENTION = Parameter.of(
                    ParameterGroup.MACHINE,
                    "flash-attention",
                    "HOW",
                    ValueType.choice(FlashAttention.class),
                    "the target's attention as one operation; auto: where it is best")
            .orElse(TargetOptions.DEFAULT.flashAttention());
    static final Parameter<Path> MODEL = Parameter.file(
                    ParameterGroup.MODEL,
                    "model",
                    "GGUF",
                    FileUse.GGUF_IN,
                    "your model; messages and docs call it the target")
            .shortName("m")
            .needed();
    static final Parameter<Path> CHAT_TEMPLATE = Parameter.file(
                    ParameterGroup.MODEL,
                    "chat-template",
                    "FILE",
                    FileUse.FILE_IN,
                    "a chat template in Jinja, or a file that holds the name of one that llama.cpp knows, e.g. vicuna")
            .orElseSay("the model's own");
    static final Parameter<String> VARIABLE = Parameter.of(
                    ParameterGroup.MODEL,
                    "variable",
                    "NAME=JSON",
                    ValueType.text(),
                    "what the chat template is given besides, e.g. enable_thinking=false")
            .repeated();
    static final Parameter<Path> DRAFT = Parameter.file(
                    ParameterGroup.MODEL, "draft", "GGUF", FileUse.GGUF_IN, "a draft that was trained for this model")
            .shortName("d");
    static final Parameter<Path> DRAFTS = DRAFT.repeated();
    static final Parameter<DraftWeights> DRAFT_WEIGHTS = Parameter.of(
                    ParameterGroup.MODEL,
                    "draft-weights",
                    "TYPE",
                    ValueType.constant(DraftWeights.class),
                    "what a draft's weights are rounded to; the target's distribution stays with each")
            .orElseSay("Q4_0 for drafts of more than 32 million weights, else Q8_0");
    static final Parameter<Path> PROMPTS = Parameter.file(
            ParameterGroup.TEXTS,
            "prompts",
            "JSONL",
            FileUse.TEXTS_IN,
            "prompts, {\"prompt\": ...} or {\"turns\": [...]} a line; the first turn is asked");
    static final Parameter<Path> CORPUS =
            Parameter.file(ParameterGroup.TEXTS, "corpus", "DIR", FileUse.CORPUS_IN, "a corpus that 'regenerate' made");
    static final Parameter<Double> TEMPERATURE = Parameter.of(
                    ParameterGroup.SAMPLING, "temp", "T", Numbers.atLeast(0), "temperature; 0 is greedy")
            .orElse(0.0);
    static final Parameter<Integer> SEED = Parameter.of(
                    ParameterGroup.SAMPLING,
                    "seed",
                    "S",
                    WholeNumbers.seed(),
                    "of the random draws at a temperature above 0")
            .orElse(0);
    static final Parameter<Integer> MAX_TOKENS = Parameter.of(
                    ParameterGroup.DECODING, "max-tokens", "N", WholeNumbers.atLeast(1), "most tokens to generate")
            .shortName("n")
            .orElse(GenerationOptions.builder().build().maxTokens());
    static final Parameter<Path> JSON =
            Parameter.file(ParameterGroup.OUTPUT, "json", "FILE", FileUse.FILE_OUT, "write the figures there, too");
    static final Parameter<Path> HTML =
            Parameter.file(ParameterGroup.OUTPUT, "html", "FILE", FileUse.FILE_OUT, "write a page there, too");

    /** What every command has. */
    static final Parameters EVERYWHERE = Parameters.of(STACKTRACE, HELP);

    /** What a command has that computes. */
    static final Parameters COMPUTING = Parameters.of(DEVICE, GPU_LAYERS, CACHE_TYPE, FLASH_ATTENTION, THREADS)
            .and(EVERYWHERE);

    /** What a command has that makes tokens of conversations. */
    static final Parameters CHATTING = Parameters.of(CHAT_TEMPLATE, VARIABLE).and(COMPUTING);

    private CommonParameters() {}
}
