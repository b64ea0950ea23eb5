package org.gto4j.it.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.gto4j.checkpoint.DraftCheckpoint;
import org.gto4j.checkpoint.ImportOptions;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints that contradict themselves, aren't for this target, can't be run here, or mean harm. */
class BadCheckpointTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static TargetModel target;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        target = TinyModels.open("--vocab", "320");
    }

    @AfterAll
    static void close() {
        target.close();
    }

    @BeforeEach
    void write() throws IOException {
        Published.SPECULATORS.write(Published.SPECULATORS.draft(), folder);
    }

    private void refused(String... words) {
        GtoException e = assertThrows(GtoException.class, () -> {
            try (DraftCheckpoint checkpoint = DraftCheckpoint.open(folder)) {
                checkpoint.load(target, ImportOptions.builder().build()).close();
            }
        });
        assertTrue(e.getMessage().contains(folder.toString()), e.getMessage());
        for (String word : words) {
            assertTrue(e.getMessage().contains(word), word + " isn't in: " + e.getMessage());
        }
    }

    private void refusedConfig(Consumer<ObjectNode> change, String... words) throws IOException {
        Path file = folder.resolve("config.json");
        String good = Files.readString(file);
        ObjectNode json = (ObjectNode) JSON.readTree(good);
        change.accept(json);
        Files.writeString(file, JSON.writeValueAsString(json));
        refused(words);
        Files.writeString(file, good);
    }

    private void refusedHeader(Consumer<ObjectNode> change, String... words) throws IOException {
        Path file = folder.resolve("model.safetensors");
        byte[] good = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) buffer.getLong();
        ObjectNode header = (ObjectNode) JSON.readTree(new String(good, 8, length, StandardCharsets.UTF_8));
        change.accept(header);
        byte[] changed = JSON.writeValueAsBytes(header);
        ByteBuffer out = ByteBuffer.allocate(8 + changed.length + good.length - 8 - length)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(changed.length).put(changed).put(good, 8 + length, good.length - 8 - length);
        Files.write(file, out.array());
        refused(words);
        Files.write(file, good);
    }

    private static ObjectNode layer(ObjectNode json) {
        return (ObjectNode) json.get("transformer_layer_config");
    }

    @Test
    void configsThatContradictTheTensorsOrTheTarget() throws IOException {
        refusedConfig(json -> layer(json).put("hidden_size", 31), "config.json", "hidden_size", "another target");
        refusedConfig(json -> layer(json).put("vocab_size", 321), "vocab_size", "another target");
        refusedConfig(json -> layer(json).put("intermediate_size", 57), "gate_proj", "57 x 32", "56 x 32");
        refusedConfig(json -> layer(json).put("num_attention_heads", 5), "q_proj", "50 x 64");
        refusedConfig(json -> layer(json).put("head_dim", 12), "q_proj", "48 x 64");
        refusedConfig(json -> json.put("draft_vocab_size", 89), "d2t", "89", "90");
        refusedConfig(json -> json.put("draft_vocab_size", 0), "draft_vocab_size");
        refusedConfig(json -> layer(json).put("attention_bias", true), "attention_bias", "false");
        refusedConfig(json -> json.put("norm_before_fc", true), "input_norm.weight", "missing");
        refusedConfig(json -> json.remove("transformer_layer_config"), "transformer_layer_config");
        refusedConfig(json -> layer(json).remove("num_attention_heads"), "num_attention_heads", "nothing");
        refusedConfig(json -> layer(json).put("rms_norm_eps", "small"), "rms_norm_eps", "small");
        refusedConfig(json -> json.putArray("eagle_aux_hidden_state_layer_ids").add(1), "three blocks");
        refusedConfig(
                json -> json.putArray("eagle_aux_hidden_state_layer_ids")
                        .add(1)
                        .add(2)
                        .add(6),
                "0..5",
                "6");
    }

    @Test
    void netsThatCannotBeRun() throws IOException {
        refusedConfig(json -> layer(json).put("num_hidden_layers", 2), "num_hidden_layers", "1", "2");
        refusedConfig(json -> layer(json).put("hidden_act", "gelu"), "hidden_act", "gelu");
        refusedConfig(json -> layer(json).put("mlp_bias", true), "mlp_bias");
        refusedConfig(json -> layer(json).put("num_local_experts", 8), "num_local_experts");
        refusedConfig(json -> layer(json).put("kv_lora_rank", 512), "kv_lora_rank");
        refusedConfig(json -> json.put("fc_norm", true), "fc_norm");
        refusedConfig(json -> json.put("norm_output", true), "norm_output");
        refusedConfig(json -> json.put("speculators_model_type", "dflash"), "speculators_model_type", "dflash");
        refusedConfig(json -> layer(json).putArray("layer_types").add("sliding_attention"), "layer_types");
        refusedConfig(
                json -> ((ObjectNode) layer(json).get("rope_parameters")).put("rope_type", "longrope"),
                "rope_type",
                "longrope");
        refusedConfig(json -> ((ObjectNode) layer(json).get("rope_parameters")).put("mscale", 1), "mscale");
        refusedConfig(
                json -> ((ObjectNode) layer(json).get("rope_parameters")).put("high_freq_factor", 0.5),
                "high_freq_factor",
                "low_freq_factor");
        refusedHeader(
                header -> rename(header, "layers.0.mlp.up_proj.weight", "layers.1.mlp.up_proj.weight"), "layers.1");
        refusedHeader(
                header -> rename(header, "layers.0.hidden_norm.weight", "layers.0.self_attn.q_norm.weight"), "q_norm");
    }

    private static void rename(ObjectNode header, String from, String to) {
        JsonNode tensor = header.remove(from);
        header.set(to, tensor);
    }

    private static ObjectNode tensor(ObjectNode header, String name) {
        return (ObjectNode) header.get(name);
    }

    @Test
    void hostileHeaders() throws IOException {
        refusedHeader(header -> rename(header, "norm.weight", "model.lm_head.weight"), "lm_head.weight", "two names");
        refusedHeader(header -> tensor(header, "norm.weight").put("dtype", "F8_E4M3"), "norm.weight", "F8_E4M3");
        refusedHeader(header -> tensor(header, "norm.weight").putArray("shape").add(33), "norm.weight", "132", "128");
        refusedHeader(header -> tensor(header, "norm.weight").putArray("shape").add(-32), "norm.weight", "shape");
        refusedHeader(
                header -> tensor(header, "norm.weight")
                        .putArray("shape")
                        .add(1L << 40)
                        .add(1L << 40),
                "shape");
        refusedHeader(
                header -> tensor(header, "norm.weight")
                        .putArray("data_offsets")
                        .add(0)
                        .add(128),
                "data_offsets",
                "overlaps");
        refusedHeader(
                header -> tensor(header, "norm.weight")
                        .putArray("data_offsets")
                        .add(0)
                        .add(1L << 50),
                "data_offsets");
        refusedHeader(header -> header.put("norm.weight", 3), "norm.weight", "object");
        refusedHeader(header -> header.remove("norm.weight"), "lm_head.weight", "where the tensor before it ends");
        refusedHeader(header -> header.remove("t2d"), "values");
    }

    @Test
    void brokenFiles() throws IOException {
        Path file = folder.resolve("model.safetensors");
        byte[] good = Files.readAllBytes(file);
        for (long length : new long[] {0, 1, good.length, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            byte[] bad = good.clone();
            ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
            Files.write(file, bad);
            refused("length of the header");
        }
        Files.write(file, java.util.Arrays.copyOf(good, good.length - 5));
        refused("model.safetensors");
        Files.write(file, new byte[3]);
        refused("3 bytes");
        byte[] nan = good.clone();
        ByteBuffer.wrap(nan).order(ByteOrder.LITTLE_ENDIAN).putFloat(8 + headerLength(good) + 40, Float.NaN);
        Files.write(file, nan);
        refused("fc.weight", "value 10", "NaN");
        Files.delete(file);
        refused("model.safetensors");
    }

    private static int headerLength(byte[] file) {
        return (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    @Test
    void picklesThatAreMoreThanTensors() throws IOException {
        Path eagle = folder.resolve("model.safetensors");
        Files.delete(eagle);
        pickle("posix.system", p -> p.global("posix", "system"));
        pickle("builtins.eval", p -> {
            p.bytes(0x8c, 8);
            p.bytes('b', 'u', 'i', 'l', 't', 'i', 'n', 's');
            p.bytes(0x8c, 4, 'e', 'v', 'a', 'l', 0x93);
        });
        pickle("0x69", p -> p.bytes('i')); // INST
        pickle("0x6F", p -> p.bytes('o')); // OBJ
        pickle("a value on the stack", p -> p.bytes('R'));
        pickle("remembered as 9", p -> p.bytes('h', 9));
        pickle("before the end", p -> p.bytes('X', 255, 255, 255, 255));
        pickle("protocol", p -> p.bytes(0x80, 9));
        pickle("a tensor", p -> {
            p.text("weight");
            p.whole(3);
        });
        pickle("data/7", p -> p.tensor("fc.weight", "F32", "7", 3));
        pickle("values within", p -> p.tensor("fc.weight", "F32", "0", 1 << 20, 1 << 10));
    }

    private void pickle(String word, Consumer<Pickle> items) throws IOException {
        Pickle pickle = new Pickle();
        pickle.begin();
        items.accept(pickle);
        Files.write(
                folder.resolve("pytorch_model.bin"),
                Published.zip(Map.of("data.pkl", pickle.end(), "data/0", new byte[64])));
        refused("pytorch_model.bin", "data.pkl", word);
    }

    /** Errors use the words of the file at hand: its layer's name, config.json's fields, the parts of a container. */
    @Test
    void fieldsAreCalledAsTheFileCallsThem() throws IOException {
        refusedHeader(
                header -> rename(header, "layers.0.mlp.up_proj.weight", "verifier_norm.weight"),
                "tensor layers.0.mlp.up_proj.weight is missing");
        refusedConfig(json -> json.put("target_hidden_size", 31), "config.json: field target_hidden_size");
        refusedConfig(
                json -> layer(json)
                        .put("num_attention_heads", 8)
                        .put("num_key_value_heads", 4)
                        .put("head_dim", 5),
                "transformer_layer_config: field head_dim: expected an even number");
        refusedConfig(
                json -> ((ObjectNode) layer(json).get("rope_parameters"))
                        .put("rope_type", "yarn")
                        .put("factor", 1e-6),
                "rope_parameters: field factor");
        refusedConfig(
                json -> ((ObjectNode) layer(json).get("rope_parameters")).put("factor", 1e-60),
                "rope_parameters: field factor");
        Files.writeString(folder.resolve("config.json"), "[]");
        refused("config.json: top level: expected an object, found array");
        Files.writeString(folder.resolve("config.json"), "{\n\"a\": }");
        refused("config.json, line 2: ");
    }

    @Test
    void partsOfArchivesAreNamed() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        Path file = folder.resolve("pytorch_model.bin");
        byte[] good = Published.zip(Map.of("data.pkl", new byte[] {'}', '.'}));
        Files.write(file, java.util.Arrays.copyOf(good, good.length - 3));
        refused("pytorch_model.bin: directory of the archive");
        byte[] bad = good.clone();
        bad[2] = 9; // of the member's own header, which the directory doesn't repeat
        bad[3] = 9;
        Files.write(file, bad);
        refused("pytorch_model.bin: first bytes");
        Files.write(file, Published.zip(Map.of("a", new byte[1], "data.pkl", new byte[1], "x/data.pkl", new byte[1])));
        refused("directory of the archive: expected one member data.pkl, found 2");
    }

    @Test
    void shardsThatAreNotThereAreNamedByTheIndex() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        ObjectNode index = JSON.createObjectNode();
        index.putObject("weight_map").put("fc.weight", "model-7.safetensors");
        Files.writeString(folder.resolve("model.safetensors.index.json"), JSON.writeValueAsString(index));
        refused("model.safetensors.index.json: weight_map: ", "model-7.safetensors, which isn't there");
    }

    @Test
    void shardsThatLeaveTheFolder() throws IOException {
        Files.delete(folder.resolve("model.safetensors"));
        for (String name : new String[] {"../x.safetensors", "/etc/passwd", "..", "a\\b", ""}) {
            ObjectNode index = JSON.createObjectNode();
            index.putObject("weight_map").put("fc.weight", name);
            Files.writeString(folder.resolve("model.safetensors.index.json"), JSON.writeValueAsString(index));
            refused("model.safetensors.index.json", "fc.weight");
        }
    }
}
