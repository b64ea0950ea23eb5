package org.gto4j.it.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Checkpoints as the projects publish them, of a {@link PlainDraft} for the tiny target of 320 tokens. */
enum Published {
    /** EAGLE: pytorch_model.bin, the target's embedding. */
    EAGLE(false, 0.0),
    /** EAGLE's of another width than the target's, with an embedding of its own. */
    EAGLE_WIDER(true, 0.0),
    /** SpecForge, for SGLang: safetensors in two files, an embedding of its own, blocks counted by outputs. */
    SPECFORGE(true, 0.0),
    /** AngelSlim: BF16. */
    ANGELSLIM(true, 0.0),
    /** speculators: norm before the residual, Llama 3.1's positions, rope_parameters. */
    SPECULATORS(false, 0.0),
    /** speculators: a norm before fc, biases of the attention, the whole vocabulary, YaRN. */
    SPECULATORS_WHOLE(false, 0.9);

    static final int VOCABULARY = 320;
    static final int TARGET_WIDTH = 32;
    private static final double THETA = 5000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean ownEmbedding;
    private final double attentionFactor;

    Published(boolean ownEmbedding, double attentionFactor) {
        this.ownEmbedding = ownEmbedding;
        this.attentionFactor = attentionFactor;
    }

    PlainDraft draft() {
        boolean wider = this == EAGLE_WIDER;
        boolean whole = this == SPECULATORS_WHOLE;
        int[] ids = whole
                ? IntStream.range(0, VOCABULARY).toArray()
                : IntStream.range(0, 90).map(i -> 3 * i + 2).toArray();
        PlainDraft.Sizes sizes = new PlainDraft.Sizes(
                wider ? 48 : 32, TARGET_WIDTH, wider ? 3 : 4, wider ? 3 : 2, wider ? 16 : 10, 56, VOCABULARY, ids);
        return new PlainDraft(
                sizes,
                this == SPECULATORS,
                whole,
                whole,
                ownEmbedding,
                frequency(sizes.headDim()),
                whole ? attentionFactor : 1,
                ordinal());
    }

    /** As transformers computes inverse frequencies. */
    private BiFunction<Integer, Double, Double> frequency(int dim) {
        BiFunction<Integer, Double, Double> plain = (pair, exponent) -> Math.pow(THETA, exponent);
        return switch (this) {
            case SPECULATORS ->
                (pair, exponent) -> {
                    double frequency = plain.apply(pair, exponent);
                    double wave = 2 * Math.PI / frequency;
                    double smooth = (64 / wave - 1) / (4 - 1);
                    return wave < 64.0 / 4
                            ? frequency
                            : wave > 64 ? frequency / 8 : (1 - smooth) * frequency / 8 + smooth * frequency;
                };
            case SPECULATORS_WHOLE ->
                (pair, exponent) -> {
                    double low = Math.max(Math.floor(turning(4, dim)), 0);
                    double high = Math.min(Math.ceil(turning(1, dim)), dim - 1);
                    double ramp = Math.min(1, Math.max(0, (pair - low) / Math.max(high - low, 0.001)));
                    double frequency = plain.apply(pair, exponent);
                    return frequency / 8 * ramp + frequency * (1 - ramp);
                };
            default -> plain;
        };
    }

    private static double turning(double times, int dim) {
        return dim * Math.log(16 / (times * 2 * Math.PI)) / (2 * Math.log(THETA));
    }

    /** Writes the folder. */
    void write(PlainDraft draft, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), JSON.writeValueAsString(config(draft)));
        Map<String, Tensor> tensors = tensors(draft);
        switch (this) {
            case EAGLE, EAGLE_WIDER -> Files.write(folder.resolve("pytorch_model.bin"), torch(tensors));
            case SPECFORGE -> writeShards(folder, tensors);
            default -> Files.write(folder.resolve("model.safetensors"), safetensors(tensors));
        }
    }

    private record Tensor(String type, int[] shape, byte[] bytes) {}

    private Map<String, Tensor> tensors(PlainDraft draft) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        boolean speculators = this == SPECULATORS || this == SPECULATORS_WHOLE;
        draft.tensors.forEach((name, values) -> tensors.put(
                name.replace("layer.", speculators ? "layers.0." : "midlayer."), real(draft.shapes.get(name), values)));
        int[] ids = draft.sizes.ids();
        if (ids.length < VOCABULARY) {
            ByteBuffer offsets = ByteBuffer.allocate(ids.length * 8).order(ByteOrder.LITTLE_ENDIAN);
            byte[] has = new byte[VOCABULARY];
            for (int i = 0; i < ids.length; i++) {
                offsets.putLong(ids[i] - i);
                has[ids[i]] = 1;
            }
            tensors.put("d2t", new Tensor("I64", new int[] {ids.length}, offsets.array()));
            tensors.put("t2d", new Tensor("BOOL", new int[] {VOCABULARY}, has));
        }
        return tensors;
    }

    private Tensor real(int[] shape, float[] values) {
        boolean half = this == ANGELSLIM;
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (half ? 2 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (half) {
                bytes.putShort((short) (Float.floatToRawIntBits(value) >> 16));
            } else {
                bytes.putFloat(value);
            }
        }
        return new Tensor(half ? "BF16" : "F32", shape, bytes.array());
    }

    private ObjectNode config(PlainDraft draft) {
        ObjectNode json = JSON.createObjectNode();
        ObjectNode layer = json;
        boolean speculators = this == SPECULATORS || this == SPECULATORS_WHOLE;
        if (speculators) {
            json.putArray("architectures").add("Eagle3DraftModel");
            json.put("speculators_model_type", "eagle3");
            json.put("norm_before_residual", draft.normBeforeResidual);
            json.put("norm_before_fc", draft.normBeforeFc);
            json.putNull("target_hidden_size");
            json.putArray("eagle_aux_hidden_state_layer_ids").add(1).add(3).add(5);
            layer = json.putObject("transformer_layer_config");
        } else {
            json.putArray("architectures").add(this == SPECFORGE ? "LlamaForCausalLMEagle3" : "LlamaForCausalLM");
        }
        json.put("draft_vocab_size", draft.sizes.ids().length);
        layer.put("model_type", "llama").put("hidden_act", "silu").put("num_hidden_layers", 1);
        layer.put("hidden_size", draft.sizes.width()).put("intermediate_size", draft.sizes.feedForward());
        layer.put("num_attention_heads", draft.sizes.heads()).put("num_key_value_heads", draft.sizes.kvHeads());
        layer.put("head_dim", draft.sizes.headDim()).put("vocab_size", VOCABULARY);
        layer.put("rms_norm_eps", draft.epsilon).put("max_position_embeddings", 512);
        layer.put("attention_bias", draft.tensors.containsKey("layer.self_attn.q_proj.bias"));
        layer.put("tie_word_embeddings", false).put("pad_token_id", 0);
        switch (this) {
            case SPECULATORS ->
                layer.putObject("rope_parameters")
                        .put("rope_theta", THETA)
                        .put("rope_type", "llama3")
                        .put("factor", 8.0)
                        .put("low_freq_factor", 1.0)
                        .put("high_freq_factor", 4.0)
                        .put("original_max_position_embeddings", 64);
            case SPECULATORS_WHOLE ->
                layer.put("rope_theta", THETA)
                        .putObject("rope_scaling")
                        .put("rope_type", "yarn")
                        .put("factor", 8.0)
                        .put("attention_factor", attentionFactor)
                        .put("beta_fast", 4)
                        .put("beta_slow", 1)
                        .put("original_max_position_embeddings", 16);
            default -> layer.put("rope_theta", THETA).putNull("rope_scaling");
        }
        if (this == EAGLE_WIDER) {
            json.put("target_hidden_size", TARGET_WIDTH);
        }
        if (this == SPECFORGE) {
            json.putObject("eagle_config")
                    .put("use_aux_hidden_state", true)
                    .putArray("eagle_aux_hidden_state_layer_ids")
                    .add(0)
                    .add(2)
                    .add(4);
        }
        return json;
    }

    private static void writeShards(Path folder, Map<String, Tensor> tensors) throws IOException {
        List<Map<String, Tensor>> shards = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
        ObjectNode index = JSON.createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        int i = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            int shard = i++ % 2;
            shards.get(shard).put(entry.getKey(), entry.getValue());
            map.put(entry.getKey(), "model-" + shard + ".safetensors");
        }
        Files.write(folder.resolve("model-0.safetensors"), safetensors(shards.get(0)));
        Files.write(folder.resolve("model-1.safetensors"), safetensors(shards.get(1)));
        Files.writeString(folder.resolve("model.safetensors.index.json"), JSON.writeValueAsString(index));
    }

    private static byte[] safetensors(Map<String, Tensor> tensors) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            ObjectNode tensor = header.putObject(entry.getKey());
            tensor.put("dtype", entry.getValue().type());
            var shape = tensor.putArray("shape");
            for (int side : entry.getValue().shape()) {
                shape.add(side);
            }
            int begin = values.size();
            values.write(entry.getValue().bytes());
            tensor.putArray("data_offsets").add(begin).add(values.size());
        }
        byte[] json = JSON.writeValueAsBytes(header);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        file.write(json);
        file.write(values.toByteArray());
        return file.toByteArray();
    }

    /** As torch.save of PyTorch 2: a pickle of protocol 2 and a member for each storage, none compressed. */
    private static byte[] torch(Map<String, Tensor> tensors) throws IOException {
        Map<String, byte[]> members = new LinkedHashMap<>();
        Pickle pickle = new Pickle();
        pickle.begin();
        List<byte[]> storages = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            pickle.tensor(name, tensor.type(), storages.size() + "", tensor.shape());
            storages.add(tensor.bytes());
        });
        members.put("data.pkl", pickle.end());
        members.put("byteorder", "little".getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < storages.size(); i++) {
            members.put("data/" + i, storages.get(i));
        }
        members.put("version", "3\n".getBytes(StandardCharsets.UTF_8));
        return zip(members);
    }

    static byte[] zip(Map<String, byte[]> members) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> member : members.entrySet()) {
                ZipEntry entry = new ZipEntry("archive/" + member.getKey());
                CRC32 crc = new CRC32();
                crc.update(member.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(member.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(member.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
