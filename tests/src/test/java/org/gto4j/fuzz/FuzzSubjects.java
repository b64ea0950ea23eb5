package org.gto4j.fuzz;

import java.util.List;

/** All kinds of input, or those that are chosen; one that is listed twice comes twice as often. */
final class FuzzSubjects {
    private FuzzSubjects() {}

    /** @param chosen names with commas between them; empty: all */
    static List<FuzzSubject> of(FuzzModels models, String chosen) {
        List<String> names = List.of(chosen.split(","));
        return all(models).stream()
                .filter(subject -> chosen.isEmpty() || names.contains(subject.name()))
                .toList();
    }

    private static List<FuzzSubject> all(FuzzModels models) {
        FuzzSubject target = new TargetFuzz(models);
        FuzzSubject draft = new DraftFuzz(models);
        FuzzSubject source = new SourceFuzz(models);
        FuzzSubject grammar = new GrammarFuzz(models);
        return List.of(
                target,
                target,
                target,
                draft,
                draft,
                new CorpusFuzz(models),
                new RunFuzz(models),
                source,
                source,
                grammar,
                grammar,
                new TextFuzz(models),
                new CommandFuzz(models));
    }
}
