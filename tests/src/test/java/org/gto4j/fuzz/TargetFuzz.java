package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/** Changed targets of several architectures. */
record TargetFuzz(FuzzModels models) implements FuzzSubject {
    /** What a message may name beside what was changed, e.g. the tensor that a changed setting asks for. */
    static final List<String> PARTS = List.of(
            "tensor",
            "key",
            "token",
            "architecture",
            "truncated",
            "version",
            "GGUF",
            "header",
            "layer",
            "vocab",
            "head",
            "template",
            "norm_before",
            "split",
            "part",
            "weights",
            "logits",
            "d2t",
            "taps");

    @Override
    public String name() {
        return "target";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        boolean split = random.oneIn(10);
        Path file = folder.resolve(split ? models.parts().get(0).getFileName().toString() : "target.gguf");
        List<String> named = new ArrayList<>(
                split ? split(random, folder) : GgufMutation.write(random, random.of(models.targets()), file));
        named.addAll(PARTS);
        expected.file(folder.toString(), "the target's logits", "the draft's logits")
                .fields(named);
        use(file);
    }

    /** One part is changed; returns what was. */
    private List<String> split(FuzzRandom random, Path folder) throws IOException {
        Path changed = random.of(models.parts());
        for (Path part : models.parts()) {
            if (part != changed) {
                Files.copy(part, folder.resolve(part.getFileName()));
            }
        }
        return GgufMutation.write(random, changed, folder.resolve(changed.getFileName()));
    }

    private void use(Path file) {
        try (TargetModel target = TargetModel.open(models.device(), file)) {
            ModelUse.read(target);
            ModelUse.decode(target, null, null, 0);
            if (target.info().tapsSupported()) {
                try (DraftModel draft = FuzzModels.randomDraft(target)) {
                    ModelUse.decode(target, draft, null, 0);
                    ModelUse.train(target, draft);
                }
            }
        }
    }
}
