package org.gto4j.lab.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gto4j.DecodingCosts;
import org.gto4j.lab.eval.DecodingMethod;
import org.gto4j.lab.eval.Mode;
import org.gto4j.lab.eval.Variant;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftWeights;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.CycleCosts;

/** Loaded drafts by label: the file's name without ending and without a leading "draft-". */
final class LoadedDrafts implements AutoCloseable {
    private final Map<String, DraftModel> byLabel = new LinkedHashMap<>();
    private final IdentityHashMap<DraftModel, CycleCosts> costs = new IdentityHashMap<>();

    /** @param weights what they are rounded to; empty: what is best for each */
    static LoadedDrafts load(TargetModel target, List<Path> files, Optional<DraftWeights> weights) {
        LoadedDrafts drafts = new LoadedDrafts();
        try {
            for (Path file : files) {
                String label = label(file);
                if (drafts.byLabel.containsKey(label)) {
                    throw new UsageException("two drafts are called '" + label + "'; rename one of the files");
                }
                drafts.byLabel.put(label, load(target, file, weights));
            }
            return drafts;
        } catch (RuntimeException | Error e) {
            drafts.close();
            throw e;
        }
    }

    /** One draft, which the caller closes. */
    static DraftModel load(TargetModel target, Path file, Optional<DraftWeights> weights) {
        DraftModel draft = DraftModel.load(target, file);
        weights.ifPresent(draft::setDecodingWeights);
        return draft;
    }

    /** A file's label. */
    static String label(Path file) {
        String name = file.getFileName().toString().replaceFirst("\\.gguf$", "");
        return name.startsWith("draft-") && name.length() > "draft-".length()
                ? name.substring("draft-".length())
                : name;
    }

    Map<String, DraftModel> byLabel() {
        return byLabel;
    }

    /**
     * What is compared, modes without a draft first.
     *
     * @param predicted whether all get costs, those without a draft the first draft's
     */
    List<Variant> variants(Set<Mode> modes, TreeSizes sizes, boolean f32Cache, boolean predicted) {
        List<Variant> variants = new ArrayList<>();
        CycleCosts first = predicted
                ? byLabel.values().stream()
                        .findFirst()
                        .map(draft -> costs(draft, f32Cache))
                        .orElse(null)
                : null;
        modes.stream().filter(mode -> !mode.needsDraft()).forEach(mode -> sizes.policies(mode, () -> null)
                .forEach(policy ->
                        variants.add(new Variant(DecodingMethod.plain().draft(), mode, null, policy, first))));
        byLabel.forEach(
                (label, draft) -> modes.stream().filter(Mode::needsDraft).forEach(mode -> sizes.policies(
                                mode, () -> costs(draft, f32Cache))
                        .forEach(policy -> variants.add(
                                new Variant(label, mode, draft, policy, predicted ? costs(draft, f32Cache) : null)))));
        return variants;
    }

    /** Measured once, then kept. */
    private CycleCosts costs(DraftModel draft, boolean f32Cache) {
        return costs.computeIfAbsent(draft, key -> DecodingCosts.of(draft.target(), draft, f32Cache));
    }

    @Override
    public void close() {
        byLabel.values().forEach(DraftModel::close);
    }
}
