package org.gto4j.checkpoint;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.io.JsonFile;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftNet;
import org.gto4j.model.DraftNetPart;
import org.gto4j.model.RopeScaling;
import org.gto4j.model.TargetInfo;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * A published EAGLE-3 draft: config.json, and weights in safetensors or PyTorch's .bin, in one file or several, in the
 * layouts of EAGLE, SGLang and SpecForge, AngelSlim and speculators. What the net here can't do (more layers than one,
 * other activations, mixtures of experts, norms of queries and keys, ...) is refused by name.
 *
 * <p>Not thread-safe. Loaded drafts stay when it is closed.
 */
public final class DraftCheckpoint implements AutoCloseable {
    private final CheckpointFiles files;
    private final CheckpointConfig config;
    private final CheckpointTensors tensors;

    private DraftCheckpoint(CheckpointFiles files) {
        this.files = files;
        config = CheckpointConfig.of(files.config());
        tensors = new CheckpointTensors(files);
    }

    /**
     * Opens a checkpoint: reads config.json and the tensors' names and shapes.
     *
     * @param path its folder, or the file of its weights beside config.json
     * @throws GtoException IO: a file is missing or can't be read; FORMAT: one isn't what it should be, or the net
     *     isn't one that is supported; both name file and field
     */
    public static DraftCheckpoint open(Path path) {
        CheckpointFiles files = CheckpointFiles.open(path);
        try {
            return new DraftCheckpoint(files);
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    /** The type of its matrices, as a draft's file can hold it: saved so, none of their bits is lost. */
    public DraftFileType fileType() {
        return fileType(tensors.get("fc.weight"));
    }

    /**
     * Makes the draft.
     *
     * @throws GtoException FORMAT: a tensor is missing or has another shape than config.json says, or the draft belongs
     *     to another target; NUMERIC: a value isn't finite; IO: a file can't be read; MEMORY; each names file and field
     */
    public DraftModel load(TargetModel target, ImportOptions options) {
        TargetInfo info = target.info();
        requireSame(config.layer(), "vocab_size", info.vocabulary(), config.vocabulary());
        if (config.width() == config.targetWidth()) {
            requireSame(config.layer(), "hidden_size", info.hidden(), config.width());
        } else {
            requireSame(config.json(), "target_hidden_size", info.hidden(), config.targetWidth());
        }
        StoredTensor embedding = tensors.find(PublishedTensor.EMBEDDING);
        DraftNet net = net(info, options, embedding);
        int size = config.draftVocabulary();
        if (size > info.vocabulary()) {
            throw config.json().wrong("draft_vocab_size", "at most the target's " + info.vocabulary());
        }
        DraftIds ids = DraftIds.read(tensors, size, info.vocabulary());
        boolean tied = config.tiesHead() && !tensors.has(PublishedTensor.HEAD);
        requireOwn(net, info.hidden(), tied);
        requireShapes(net, info, size);
        DraftModel draft = null;
        if (embedding != null && net.width() == info.hidden()) {
            draft = withTargetsEmbedding(target, net(info, options, null), ids, tied, embedding);
        }
        return draft == null ? filled(create(target, net, ids, tied), ids, tied) : draft;
    }

    /** The draft if its embedding is the target's, else null: it needn't lie in memory and file twice. */
    private @Nullable DraftModel withTargetsEmbedding(
            TargetModel target, DraftNet net, DraftIds ids, boolean tied, StoredTensor embedding) {
        DraftModel draft = create(target, net, ids, tied);
        try {
            if (DraftFiller.isEmbedding(embedding, draft)) {
                return filled(draft, ids, tied);
            }
        } catch (RuntimeException e) {
            draft.close();
            throw e;
        }
        draft.close();
        return null;
    }

    private DraftModel filled(DraftModel draft, DraftIds ids, boolean tied) {
        try {
            new DraftFiller(draft, tensors).fill(ids, tied);
            return draft;
        } catch (RuntimeException e) {
            draft.close();
            throw e;
        }
    }

    @Override
    public void close() {
        files.close();
    }

    private DraftModel create(TargetModel target, DraftNet net, DraftIds ids, boolean tied) {
        boolean targetHead = !tied && !tensors.has(PublishedTensor.HEAD);
        try {
            return DraftModel.create(target, net, ids.ids(), targetHead);
        } catch (GtoException e) {
            if (e.kind() != GtoException.Kind.ARGUMENT) {
                throw e;
            }
            throw RefusedNet.of(config, e);
        }
    }

    /** Before memory is taken for them. */
    private void requireShapes(DraftNet net, TargetInfo info, int size) {
        for (PublishedTensor tensor : PublishedTensor.ALL) {
            boolean isHead = tensor.published().equals(PublishedTensor.HEAD);
            if (tensor.belongsTo(net) && (!isHead || tensors.has(PublishedTensor.HEAD))) {
                tensors.get(tensor.published()).expect(tensor.sides(net, info.hidden(), size));
            }
        }
        if (net.embedding() != null) {
            tensors.get(PublishedTensor.EMBEDDING).expect(info.vocabulary(), net.width());
        }
    }

    private DraftNet net(TargetInfo info, ImportOptions options, @Nullable StoredTensor embedding) {
        Float theta = options.ropeTheta();
        return DraftNet.builder()
                .width(config.width())
                .heads(config.heads(), config.kvHeads(), config.headDim())
                .feedForward(config.feedForward())
                .context(config.context(info.trainedContext()))
                .taps(taps(info, options))
                .parts(parts())
                .rope(
                        theta == null ? config.ropeTheta() : theta,
                        options.ropeScaling() ? config.ropeScaling() : RopeScaling.plain())
                .rmsEpsilon(config.epsilon())
                .embedding(embedding == null ? null : fileType(embedding))
                .build();
    }

    private int[] taps(TargetInfo info, ImportOptions options) {
        int layers = info.layers();
        int[] stated = config.taps();
        List<Integer> chosen = options.taps();
        int[] taps = stated == null ? new int[] {2, layers / 2, layers - 3} : stated;
        for (int i = 0; i < taps.length; i++) {
            taps[i] = chosen == null ? taps[i] : chosen.get(i);
            if (taps[i] < 0 || taps[i] >= layers) {
                throw new GtoException(
                        chosen == null ? GtoException.Kind.FORMAT : GtoException.Kind.ARGUMENT,
                        (chosen == null ? config.json().where() + ": field eagle_aux_hidden_state_layer_ids" : "taps")
                                + ": expected inputs of blocks 0.." + (layers - 1) + " of the target, found "
                                + taps[i]);
            }
        }
        return taps;
    }

    private Set<DraftNetPart> parts() {
        Set<DraftNetPart> parts = EnumSet.noneOf(DraftNetPart.class);
        if (config.isTrue("norm_before_residual")) {
            parts.add(DraftNetPart.NORM_BEFORE_RESIDUAL);
        }
        if (config.isTrue("norm_before_fc")) {
            parts.add(DraftNetPart.NORM_BEFORE_FC);
        }
        if (tensors.has("fc.bias")) {
            parts.add(DraftNetPart.FC_BIAS);
        }
        String attention = PublishedTensor.LAYER + "self_attn.";
        boolean qkv = List.of("q", "k", "v").stream().anyMatch(name -> tensors.has(attention + name + "_proj.bias"));
        if (qkv) {
            parts.add(DraftNetPart.QKV_BIAS);
        }
        if (tensors.has(attention + "o_proj.bias")) {
            parts.add(DraftNetPart.OUTPUT_BIAS);
        }
        requireStated("attention_bias", qkv);
        StoredTensor norm = tensors.find("input_norm.weight");
        if (norm != null && !parts.contains(DraftNetPart.NORM_BEFORE_FC)) {
            throw Faults.unsupported(norm.file(), norm.field(), "config.json doesn't say norm_before_fc");
        }
        return parts;
    }

    private void requireStated(String field, boolean found) {
        Boolean stated = config.stated(field);
        if (stated != null && stated != found) {
            throw config.layer().wrong(field, found + ", as the tensors say");
        }
    }

    /** What a net of another width than the target's can't take from it. */
    private void requireOwn(DraftNet net, int targetWidth, boolean tied) {
        boolean own = net.embedding() != null;
        if (tied && !own || net.width() != targetWidth && !own) {
            tensors.get(PublishedTensor.EMBEDDING);
        }
        if (!tied && net.width() != targetWidth) {
            tensors.get(PublishedTensor.HEAD);
        }
    }

    private static void requireSame(JsonFile fields, String field, int expected, int found) {
        if (expected != found) {
            throw new GtoException(
                    GtoException.Kind.FORMAT,
                    fields.where() + ": field " + field + ": expected the target's " + expected + ", found " + found
                            + ": this draft belongs to another target");
        }
    }

    private static DraftFileType fileType(StoredTensor tensor) {
        return switch (tensor.type()) {
            case F16 -> DraftFileType.F16;
            case BF16 -> DraftFileType.BF16;
            default -> DraftFileType.F32;
        };
    }
}
