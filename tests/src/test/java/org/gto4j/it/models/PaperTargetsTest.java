package org.gto4j.it.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.it.cli.CommandRun;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The paper's five targets as tiny random models: their architectures, the ratios of their shapes, their control tokens
 * and how they write a conversation. Each goes the whole way, from prompts to an exported draft.
 */
class PaperTargetsTest {
    /** A conversation as Llama 3's models write it. */
    private static final String LLAMA_3 = "{{ bos_token }}{% for message in messages %}"
            + "{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}"
            + "{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";

    private static final String DEEPSEEK = "{{ bos_token }}{% for message in messages %}"
            + "{% if message['role'] == 'user' %}{{ '<｜User｜>' + message['content'] }}"
            + "{% elif message['role'] == 'assistant' %}"
            + "{{ '<｜Assistant｜>' + message['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}"
            + "{% else %}{{ message['content'] }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}{{ '<｜Assistant｜><think>\n' }}{% endif %}";

    /** Vicuna's old files have no template: this one is given beside them. */
    private static final String VICUNA = "{% for message in messages %}"
            + "{% if message['role'] == 'system' %}{{ message['content'] + ' ' }}"
            + "{% elif message['role'] == 'user' %}{{ 'USER: ' + message['content'] + ' ' }}"
            + "{% else %}{{ 'ASSISTANT: ' + message['content'] + '</s>' }}{% endif %}{% endfor %}"
            + "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}";

    private static final String[] LLAMA_TOKENS = {
        "<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eom_id|>", "<|eot_id|>"
    };

    enum Paper {
        /** 32 heads and 8 for keys, a feed-forward net of 3.5 times the width, frequency factors of RoPE. */
        LLAMA_3_1_8B(LLAMA_3, LLAMA_TOKENS, "llama", 64, 8, 2, 224, 6, "--rope-freqs", "--pre", "llama-bpe"),
        /** 80 blocks, 64 heads and 8 for keys. */
        LLAMA_3_3_70B(LLAMA_3, LLAMA_TOKENS, "llama", 64, 16, 2, 224, 80, "--rope-freqs", "--pre", "llama-bpe"),
        /** Each head has its own keys; pieces instead of bytes; no template in the file. */
        VICUNA_1_3_13B(VICUNA, new String[0], "llama", 60, 6, 6, 162, 6, "--no-template", "--pieces"),
        DEEPSEEK_R1_DISTILL_LLAMA_8B(
                DEEPSEEK,
                new String[] {"<｜User｜>", "<｜Assistant｜>", "<｜end▁of▁sentence｜>", "<think>", "</think>"},
                "llama",
                64,
                8,
                2,
                224,
                6,
                "--rope-freqs",
                "--pre",
                "llama-bpe"),
        /** Norms of queries and keys, a feed-forward net of three times the width. */
        QWEN3_8B(null, new String[] {"<think>", "</think>"}, "qwen3", 64, 8, 2, 192, 6, "--pre", "qwen2");

        private final String template;
        private final boolean inFile;
        private final String[] options;

        Paper(
                String template,
                String[] control,
                String architecture,
                int hidden,
                int heads,
                int kvHeads,
                int feedForward,
                int layers,
                String... more) {
            List<String> all = new ArrayList<>(List.of(more));
            inFile = !all.contains("--no-template");
            this.template = template;
            if (template != null && inFile) {
                all.addAll(List.of("--template", template));
            }
            for (String token : control) {
                all.addAll(List.of("--control", token));
            }
            all.addAll(List.of("--arch", architecture, "--vocab", "400", "--seed", "3", "--scale", "2"));
            all.addAll(List.of("--embd", "" + hidden, "--heads", "" + heads, "--kv-heads", "" + kvHeads));
            all.addAll(List.of("--ff", "" + feedForward, "--layers", "" + layers));
            options = all.toArray(String[]::new);
        }
    }

    @TempDir
    private Path folder;

    private static CommandRun succeeds(List<String> command) {
        CommandRun run = CommandRun.of(command.toArray(String[]::new));
        assertEquals(0, run.code(), command + ": " + run.err());
        return run;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @ParameterizedTest
    @EnumSource
    void goesTheWholeWay(Paper paper) throws IOException {
        String model = TinyModels.target(paper.options).toString();
        try (TargetModel target = TinyModels.open(Path.of(model))) {
            TargetInfo info = target.info();
            assertTrue(info.tapsSupported());
        }
        Files.writeString(folder.resolve("prompts.jsonl"), """
                {"id": 1, "prompt": "What is a tree?"}
                {"id": 2, "messages": [{"role": "user", "content": "And a leaf?"}]}
                {"id": 3, "turns": ["a branch", "a root"]}
                {"id": 4, "prompt": "abc"}
                """);
        List<String> chat = new ArrayList<>(List.of("-m", model, "--threads", "1"));
        if (!paper.inFile) {
            Files.writeString(folder.resolve("template.jinja"), paper.template);
            chat.addAll(List.of("--chat-template", path("template.jinja")));
        }
        String corpus = path("corpus");
        succeeds(with(chat, "regenerate", "--prompts", path("prompts.jsonl"), "--out", corpus, "-n", "40"));
        String first = path("first");
        List<String> run = List.of("-m", model, "--threads", "1", "--corpus", corpus, "--validation", "0");
        succeeds(with(run, "train", "--phase", "1", "--steps", "3", "--draft-vocab", "200", "--out", first));
        String second = path("second");
        succeeds(with(
                run, "train", "--phase", "2", "--steps", "2", "--from", path("first/draft.gguf"), "--out", second));
        String draft = path("draft.gguf");
        succeeds(List.of("export", "-m", model, "--threads", "1", "-d", second, "--out", draft));
        CommandRun simulated = succeeds(List.of(
                "simulate",
                "-m",
                model,
                "--threads",
                "1",
                "-d",
                draft,
                "--corpus",
                corpus,
                "--mode",
                "tree",
                "--tree",
                "8/3/2"));
        assertTrue(simulated.out().contains("tau"), simulated.out());
        CommandRun plain = succeeds(with(chat, "generate", "-p", "What is a tree?", "-n", "30"));
        CommandRun withDraft = succeeds(with(chat, "generate", "-p", "What is a tree?", "-n", "30", "-d", draft));
        assertEquals(plain.out(), withDraft.out(), "the draft changed the text");
    }

    private static List<String> with(List<String> options, String command, String... more) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(options);
        all.addAll(List.of(more));
        return all;
    }
}
