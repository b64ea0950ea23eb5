package org.gto4j.checkpoint;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gto4j.error.GtoException;
import org.jspecify.annotations.Nullable;

/** The tensors of a checkpoint, whatever its layout calls them. What the net doesn't have is refused. */
final class CheckpointTensors {
    private static final String MODEL = "model.";
    /** The one layer: of EAGLE, SGLang, SpecForge and AngelSlim; of speculators. */
    private static final List<String> LAYERS = List.of("midlayer.", "layers.0.");
    /** Copies of the target's, which speculators trains with. */
    private static final Set<String> OF_THE_TARGET = Set.of("verifier_lm_head.weight", "verifier_norm.weight");

    private static final Set<String> KNOWN = Stream.concat(
                    PublishedTensor.ALL.stream().map(PublishedTensor::published),
                    Stream.of(
                            PublishedTensor.EMBEDDING,
                            PublishedTensor.DRAFT_TO_TARGET,
                            PublishedTensor.TARGET_TO_DRAFT))
            .collect(Collectors.toUnmodifiableSet());

    private final Path weights;
    private final Map<String, StoredTensor> tensors = new HashMap<>();
    /** What the checkpoint calls its layer. */
    private String layer = LAYERS.get(0);

    CheckpointTensors(CheckpointFiles files) {
        weights = files.weights();
        files.tensors().forEach((name, tensor) -> {
            String known = knownAs(name);
            LAYERS.stream().filter(withoutModel(name)::startsWith).forEach(found -> layer = found);
            if (OF_THE_TARGET.contains(known)) {
                return;
            }
            if (!KNOWN.contains(known)) {
                throw Faults.unsupported(
                        tensor.file(), tensor.field(), "a draft of one plain attention layer has none");
            }
            if (tensors.put(known, tensor) != null) {
                throw Faults.unsupported(tensor.file(), tensor.field(), "it is there under two names");
            }
        });
    }

    /** A name as {@link PublishedTensor} has it. */
    private static String knownAs(String name) {
        String plain = withoutModel(name);
        for (String layer : LAYERS) {
            if (plain.startsWith(layer)) {
                return PublishedTensor.LAYER + plain.substring(layer.length());
            }
        }
        return plain.startsWith(PublishedTensor.LAYER) ? name : plain;
    }

    private static String withoutModel(String name) {
        return name.startsWith(MODEL) ? name.substring(MODEL.length()) : name;
    }

    boolean has(String published) {
        return tensors.containsKey(published);
    }

    @Nullable StoredTensor find(String published) {
        return tensors.get(published);
    }

    StoredTensor get(String published) {
        StoredTensor tensor = tensors.get(published);
        if (tensor == null) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    weights + ": tensor " + published.replace(PublishedTensor.LAYER, layer) + " is missing");
        }
        return tensor;
    }

    Path weights() {
        return weights;
    }
}
