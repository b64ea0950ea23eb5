package org.gto4j.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.gto4j.DecodingCosts;
import org.gto4j.DraftModel;
import org.gto4j.TargetModel;
import org.gto4j.eval.Mode;
import org.gto4j.eval.Variant;

/** Loaded drafts by label: the file's name without ending and without a leading "draft-". */
final class Drafts implements AutoCloseable {
    private final Map<String, DraftModel> byLabel = new LinkedHashMap<>();

    static Drafts load(TargetModel target, List<Path> files) {
        Drafts drafts = new Drafts();
        try {
            for (Path file : files) {
                String label = label(file);
                if (drafts.byLabel.containsKey(label)) {
                    throw new UsageException("two drafts are called '" + label + "'; rename one of the files");
                }
                drafts.byLabel.put(label, DraftModel.load(target, file));
            }
            return drafts;
        } catch (RuntimeException | Error e) {
            drafts.close();
            throw e;
        }
    }

    private static String label(Path file) {
        String name = file.getFileName().toString().replaceFirst("\\.gguf$", "");
        return name.startsWith("draft-") && name.length() > "draft-".length() ? name.substring("draft-".length()) : name;
    }

    Map<String, DraftModel> byLabel() {
        return byLabel;
    }

    List<Variant> variants(Set<Mode> modes, TreeSizes sizes, boolean f32Cache) {
        List<Variant> variants = new ArrayList<>();
        modes.stream().filter(mode -> !mode.needsDraft()).forEach(mode -> variants.add(new Variant("none", mode, null, sizes.policy(mode, () -> null))));
        byLabel.forEach((label, draft) -> modes.stream().filter(Mode::needsDraft)
            .forEach(mode -> variants.add(new Variant(label, mode, draft, sizes.policy(mode, () -> DecodingCosts.of(draft.target(), draft, f32Cache))))));
        return variants;
    }

    @Override
    public void close() {
        byLabel.values().forEach(DraftModel::close);
    }
}
