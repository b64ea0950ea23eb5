package org.gto4j;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.gto4j.error.GtoException;
import org.gto4j.io.CacheFolder;
import org.gto4j.io.JsonFile;
import org.gto4j.model.DraftInfo;
import org.gto4j.model.DraftModel;
import org.gto4j.model.Gto4j;
import org.gto4j.model.TargetLoading;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;

/**
 * Costs in the cache folder, named by all that shapes them: sizes and types of the models, device, threads, versions.
 */
final class CostFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    /**
     * Another one where the engine's own costs have changed: 2 drafts with weights of 8 bits, 3 measures plain cycles
     * apart, 5 runs llama.cpp without AVX512_FP16, 6 has kernels of its own for targets, 7 fetches weights for them
     * into the second cache.
     */
    private static final int VERSION = 7;

    private final Path file;

    CostFile(Path file) {
        this.file = file;
    }

    static CostFile of(TargetModel target, DraftModel draft, boolean f32Cache) {
        return new CostFile(CacheFolder.file(
                "costs",
                Integer.toString(VERSION),
                target.architecture(),
                target.description(),
                target.info().toString(),
                draftSizes(draft),
                target.device().kind(),
                computedBy(target.loading()),
                Boolean.toString(f32Cache) + computedWith(target.options()),
                Gto4j.version(),
                Gto4j.llamaVersion()));
    }

    private static String computedBy(TargetLoading loading) {
        return loading.fallback() == null ? "device" : "ggml, packed " + loading.movedBytes();
    }

    /** Empty with the options that there have always been. */
    private static String computedWith(TargetOptions options) {
        return options.computing().isEmpty() ? "" : " " + options.computing();
    }

    private static String draftSizes(DraftModel draft) {
        DraftInfo info = draft.info();
        return info.parameters() + "/" + info.draftVocabulary() + "/" + Arrays.toString(info.taps()) + "/"
                + draft.decodingWeights();
    }

    Path path() {
        return file;
    }

    /** Empty if there are none yet, the file is damaged, or the machine was busy when they were measured. */
    Optional<CycleCosts> read() {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            if (json.path("provisional").asBoolean()) {
                return Optional.empty();
            }
            return Optional.of(new CycleCosts(
                    table(json.path("verification")),
                    table(json.path("follow")),
                    rebuild(json.path("roots")),
                    table(json.path("level")),
                    seconds(json.path("plain")),
                    rebuild(json.path("rebuild"))));
        } catch (IOException | GtoException e) {
            return Optional.empty();
        }
    }

    /** @param provisional measured on a busy machine: the next one to ask measures again */
    void write(CycleCosts costs, boolean provisional) {
        ObjectNode json = JSON.createObjectNode()
                .put("provisional", provisional)
                .put("roots", costs.roots())
                .put("plain", costs.plain())
                .put("rebuild", costs.rebuild());
        json.set("verification", json(costs.verification()));
        json.set("follow", json(costs.follow()));
        json.set("level", json(costs.level()));
        JsonFile.write(file, json);
    }

    private static ObjectNode json(CostTable table) {
        ObjectNode json = JSON.createObjectNode();
        json.set("rows", JSON.valueToTree(table.rows()));
        json.set("seconds", JSON.valueToTree(table.seconds()));
        return json;
    }

    private static double seconds(JsonNode json) throws IOException {
        if (!(json.asDouble() > 0)) {
            throw new IOException("expected seconds, found " + json);
        }
        return json.asDouble();
    }

    private static double rebuild(JsonNode json) throws IOException {
        return json.isNumber() && json.asDouble() == 0 ? 0 : seconds(json);
    }

    private static CostTable table(JsonNode json) throws IOException {
        if (!json.path("rows").isArray() || !json.path("seconds").isArray()) {
            throw new IOException("expected a table of rows and seconds, found " + json);
        }
        return new CostTable(
                JSON.treeToValue(json.path("rows"), int[].class),
                JSON.treeToValue(json.path("seconds"), double[].class));
    }
}
