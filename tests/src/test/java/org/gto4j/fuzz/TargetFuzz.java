package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.gto4j.DraftModel;
import org.gto4j.TargetModel;

/** Changed targets of several architectures. */
record TargetFuzz(FuzzModels models) implements FuzzSubject {
    /** What a message may name beside what was changed, e.g. the tensor that a changed setting asks for. */
    static final List<String> PARTS = List.of("tensor", "key", "token", "architecture", "truncated", "version", "GGUF", "header", "layer", "vocab", "head",
        "template", "norm_before", "weights", "logits", "d2t", "taps");

    @Override
    public String name() {
        return "target";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        Path file = folder.resolve("target.gguf");
        List<String> named = new ArrayList<>(GgufMutation.write(random, random.of(models.targets()), file));
        named.addAll(PARTS);
        expected.file(file.toString(), "the target's logits", "the draft's logits").fields(named);
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
