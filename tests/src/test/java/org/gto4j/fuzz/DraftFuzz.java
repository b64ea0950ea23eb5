package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;

/** Changed drafts of a sound target. */
record DraftFuzz(FuzzModels models) implements FuzzSubject {
    @Override
    public String name() {
        return "draft";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        Path file = folder.resolve("draft.gguf");
        List<String> named = new ArrayList<>(GgufMutation.write(random, models.draft(), file));
        named.addAll(TargetFuzz.PARTS);
        named.add("hidden size");
        expected.file(file.toString(), "the draft's").fields(named);
        try (DraftModel draft = DraftModel.load(models.target(), file)) {
            ModelUse.decode(models.target(), draft, null, 0);
            ModelUse.train(models.target(), draft);
            draft.save(folder.resolve("saved.gguf"), DraftFileType.F16);
        }
    }
}
