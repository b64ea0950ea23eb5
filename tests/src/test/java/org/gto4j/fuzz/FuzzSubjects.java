package org.gto4j.fuzz;

import java.util.List;

/** All kinds of input; one that is listed twice comes twice as often. */
final class FuzzSubjects {
    private FuzzSubjects() {
    }

    static List<FuzzSubject> of(FuzzModels models) {
        FuzzSubject target = new TargetFuzz(models);
        FuzzSubject draft = new DraftFuzz(models);
        FuzzSubject source = new SourceFuzz(models);
        FuzzSubject grammar = new GrammarFuzz(models);
        return List.of(target, target, target, draft, draft, new CorpusFuzz(models), new RunFuzz(models), source, source, grammar, grammar,
            new TextFuzz(models), new CommandFuzz(models));
    }
}
