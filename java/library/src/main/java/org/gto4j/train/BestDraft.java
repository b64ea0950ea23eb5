package org.gto4j.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.gto4j.io.Folders;
import org.gto4j.io.JsonFile;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;

/**
 * The best draft of a run by the simulated tau of its trees: {@code best.gguf}, and then {@code best.json}, which says
 * which it is. After a kill the file may be of a step that is to be made again; that step then finds its own draft
 * there.
 */
final class BestDraft {
    private final RunFolder folder;
    private final DraftFileType type;
    private final int patience;
    private double tau = Double.NEGATIVE_INFINITY;
    private long step = -1;
    private int since;

    /**
     * @param type weights' type in the file
     * @param history validations before the checkpoint that the run goes on from, in order
     */
    BestDraft(RunFolder folder, DraftFileType type, int patience, List<JsonNode> history) {
        this.folder = folder;
        this.type = type;
        this.patience = patience;
        history.forEach(line -> count(line.path("step").asLong(), tau(line.path("validation"))));
        folder.best().filter(best -> tau(best) > tau).ifPresent(best -> {
            tau = tau(best);
            step = best.path("step").asLong();
        });
    }

    private static double tau(JsonNode figures) {
        return figures.path("tree").path("tau").asDouble(Double.NEGATIVE_INFINITY);
    }

    private boolean count(long atStep, double itsTau) {
        boolean best = itsTau > tau || atStep == step && itsTau == tau;
        since = best ? 0 : since + 1;
        if (best) {
            tau = itsTau;
            step = atStep;
        }
        return best;
    }

    /** Keeps the draft if it is the best. */
    Validation offer(DraftModel draft, Validation validation) {
        if (!count(validation.step(), validation.tree().tau())) {
            return validation;
        }
        draft.save(folder.bestDraft(), type);
        ObjectNode json = validation.toJson();
        ObjectNode best = (ObjectNode) json.get("validation");
        best.remove(List.of("best", "seconds"));
        Folders.setAside(folder.bestFile());
        JsonFile.write(folder.bestFile(), best.put("step", validation.step()));
        return validation.asBest();
    }

    /** Whether patience is at its end. */
    boolean exhausted() {
        return patience > 0 && since >= patience;
    }
}
