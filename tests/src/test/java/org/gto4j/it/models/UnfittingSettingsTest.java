package org.gto4j.it.models;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.GgufImage;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Targets with a setting that their tensors don't have: an error that names file and key or tensor, never the end of
 * the process.
 */
class UnfittingSettingsTest {
    private static final int F16 = 1;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "qwen2, attention.head_count, 3, attn_q.weight",
        "gptneox, attention.head_count, 3, gptneox.attention.head_count",
        "gptneox, attention.head_count, 8, gptneox.attention.head_count",
        "llama, attention.head_count, 3, attn",
        "llama, attention.head_count_kv, 3, attn",
        "qwen3, attention.key_length, 12, attn",
        "qwen3, attention.value_length, 12, attn",
        "phi3, attention.head_count_kv, 1, attn_qkv.weight",
        "llama, embedding_length, 48, token_embd.weight",
        "llama, feed_forward_length, 63, ffn",
        "llama, block_count, 7, blk.6.",
        "qwen3moe, expert_count, 5, ffn_gate_inp.weight",
        "qwen3moe, expert_used_count, 9, key qwen3moe.expert_used_count",
        "qwen3moe, expert_used_count, 0, key qwen3moe.expert_used_count",
        "gpt-oss, expert_used_count, 33, key gpt-oss.expert_used_count",
        "gemma3, attention.sliding_window, 2147483646, key gemma3.attention.sliding_window",
        "gpt-oss, expert_feed_forward_length, 65, exps.weight"
    })
    void areNamed(String architecture, String key, int value, String named) throws IOException {
        GgufImage image = GgufImage.read(TinyModels.target("--arch", architecture));
        image.key(architecture + "." + key).value = GgufImage.number(4, value);
        refused(image, named);
    }

    /** ggml adds F32 only to what it computes, and ends the process where it can't. */
    @ParameterizedTest
    @CsvSource({
        "gpt-oss, blk.3.ffn_gate_inp.bias",
        "gpt-oss, blk.5.attn_sinks.weight",
        "gptneox, blk.0.attn_output.bias"
    })
    void typesOfWhatIsAdded(String architecture, String name) throws IOException {
        GgufImage image = GgufImage.read(TinyModels.target("--arch", architecture, "--embd", "8", "--heads", "2"));
        image.tensors.stream()
                .filter(tensor -> tensor.name.equals(name))
                .findFirst()
                .orElseThrow()
                .type = F16;
        refused(image, name);
    }

    private void refused(GgufImage image, String named) throws IOException {
        Path file = Files.write(folder.resolve("target.gguf"), image.bytes());
        GtoException e =
                assertThrows(GtoException.class, () -> TinyModels.open(file).close());
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertTrue(e.getMessage().contains(named), e.getMessage());
    }
}
