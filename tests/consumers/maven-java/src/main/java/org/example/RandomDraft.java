package org.example;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.gto4j.model.DraftConfig;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/** Writes the draft that all consumers take, with random weights: RandomDraft MODEL DRAFT. */
public class RandomDraft {
    public static void main(String[] args) {
        try (TargetModel target = TargetModel.open(Path.of(args[0]))) {
            DraftConfig config = DraftConfig.builder()
                    .vocabulary(IntStream.range(0, target.info().vocabulary()).toArray())
                    .taps(target.defaultTaps())
                    .init(DraftConfig.Init.RANDOM)
                    .seed(7)
                    .build();
            try (DraftModel draft = DraftModel.create(target, config)) {
                draft.save(Path.of(args[1]), DraftFileType.F32);
            }
        }
    }
}
