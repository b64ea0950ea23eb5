package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;

/** The files of a checkpoint: config.json, and weights in one file or several. */
final class CheckpointFiles implements Closeable {
    private static final String CONFIG = "config.json";
    private static final String INDEX = ".index.json";
    private static final List<String> WEIGHTS = List.of("model.safetensors", "pytorch_model.bin");
    private static final String SAFETENSORS = ".safetensors";
    private static final int MOST_SHARDS = 10_000;

    private final JsonFile config;
    private final Path weights;
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final List<TorchFile> open = new ArrayList<>();

    private CheckpointFiles(Path folder, Path weights) {
        config = CheckpointJson.read(folder.resolve(CONFIG));
        this.weights = weights;
    }

    /**
     * Opens a checkpoint.
     *
     * @param path its folder, or the file of its weights with config.json beside it
     */
    static CheckpointFiles open(Path path) {
        boolean isFolder = Files.isDirectory(path);
        if (!isFolder && !Files.exists(path)) {
            throw new GtoException(GtoException.Kind.IO, path + ": no such file or folder");
        }
        Path folder = isFolder
                ? path
                : Objects.requireNonNullElse(path.toAbsolutePath().getParent(), path);
        Path weights = isFolder ? weightsIn(path) : path;
        CheckpointFiles files = new CheckpointFiles(folder, weights);
        try {
            files.readTensors(folder);
            return files;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    JsonFile config() {
        return config;
    }

    /** The file that names all tensors, for messages. */
    Path weights() {
        return weights;
    }

    /** Tensors by name. */
    Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        open.forEach(TorchFile::close);
    }

    private static Path weightsIn(Path folder) {
        for (String name : WEIGHTS) {
            for (String file : List.of(name, name + INDEX)) {
                if (Files.exists(folder.resolve(file))) {
                    return folder.resolve(file);
                }
            }
        }
        throw new GtoException(
                GtoException.Kind.IO,
                folder + ": expected a folder with one of " + String.join(", ", WEIGHTS) + ", or an index of theirs ("
                        + INDEX + ")");
    }

    private void readTensors(Path folder) {
        if (!weights.getFileName().toString().endsWith(INDEX)) {
            tensors.putAll(tensorsOf(weights));
            return;
        }
        JsonFile map = CheckpointJson.read(weights).object("weight_map");
        Set<String> shards = new LinkedHashSet<>();
        Map<String, String> shardOf = new LinkedHashMap<>();
        map.json().properties().forEach(entry -> {
            String shard = shard(entry.getKey(), entry.getValue());
            shards.add(shard);
            shardOf.put(entry.getKey(), shard);
        });
        if (shards.size() > MOST_SHARDS) {
            throw Faults.of(weights, "weight_map", "at most " + MOST_SHARDS + " files", shards.size() + "");
        }
        for (String shard : shards) {
            Path file = folder.resolve(shard);
            if (!Files.isRegularFile(file)) {
                throw Faults.of(weights, "weight_map", "the names of files beside it", shard + ", which isn't there");
            }
            addShard(shard, tensorsOf(file), shardOf);
        }
        for (String name : shardOf.keySet()) {
            if (!tensors.containsKey(name)) {
                throw Faults.of(
                        weights,
                        "weight_map, tensor " + Faults.shown(name),
                        "it in " + shardOf.get(name),
                        "none there");
            }
        }
    }

    private void addShard(String shard, Map<String, StoredTensor> found, Map<String, String> shardOf) {
        found.forEach((name, tensor) -> {
            if (!shard.equals(shardOf.get(name))) {
                throw Faults.of(tensor.file(), tensor.field(), "only what the index names", "it");
            }
            tensors.put(name, tensor);
        });
    }

    private String shard(String tensor, JsonNode file) {
        String name = file.asText();
        boolean isPlain = file.isTextual()
                && !name.isBlank()
                && name.indexOf('\0') < 0
                && name.equals(name.replace('\\', '/'))
                && !name.contains("/")
                && !name.equals("..")
                && !name.equals(".");
        if (!isPlain) {
            throw Faults.of(
                    weights,
                    "weight_map, tensor " + Faults.shown(tensor),
                    "the name of a file of the folder",
                    Faults.shown(file.toString()));
        }
        return name;
    }

    private Map<String, StoredTensor> tensorsOf(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new GtoException(GtoException.Kind.IO, file + ": expected a file of weights, found none");
        }
        if (file.getFileName().toString().endsWith(SAFETENSORS)) {
            return SafetensorsFile.read(file);
        }
        TorchFile torch = TorchFile.open(file);
        open.add(torch);
        return torch.tensors();
    }
}
