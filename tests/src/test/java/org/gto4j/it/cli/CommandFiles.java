package org.gto4j.it.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/**
 * What commands work on, as arguments: a tiny random target, a random draft of its whole vocabulary, which is labelled
 * "random", and prompts.
 *
 * @param model GGUF
 * @param draft GGUF
 * @param prompts JSONL
 */
record CommandFiles(String model, String draft, String prompts) {
    /**
     * Writes draft and prompts into a folder.
     *
     * @param seed of the draft's weights
     * @param dataset the prompts' file without ".jsonl"
     * @param lines the prompts
     * @param target options of the target, see {@link TinyModels#target}
     */
    static CommandFiles in(Path folder, long seed, String dataset, String lines, String... target) throws IOException {
        Path model = TinyModels.target(target);
        Path draft = folder.resolve("draft-random.gguf");
        try (TargetModel open = TinyModels.open(model);
                DraftModel random = TinyModels.randomDraft(open, seed)) {
            random.save(draft, DraftFileType.F32);
        }
        return new CommandFiles(
                model.toString(),
                draft.toString(),
                Files.writeString(folder.resolve(dataset + ".jsonl"), lines).toString());
    }

    /** Three questions of all forms that have one. */
    static CommandFiles questions(Path folder) throws IOException {
        return in(folder, 3, "questions", """
            {"id": 1, "prompt": "one"}
            {"id": 2, "turns": ["two", "and then"]}
            {"id": 3, "messages": [{"role": "user", "content": "three"}]}
            """, "--type", "F32");
    }

    /** Lets the target answer the prompts into a corpus. */
    CommandRun answered(String corpus) {
        return CommandRun.of(
                "regenerate", "-m", model, "--prompts", prompts, "--out", corpus, "-n", "40", "--slots", "3");
    }

    /** A target of so few tokens that the draft is right now and then, and three prompts of letters. */
    static CommandFiles letters(Path folder) throws IOException {
        return in(
                folder,
                7,
                "letters",
                """
            {"id": 1, "prompt": "abc"}
            {"id": 2, "prompt": "ffgh"}
            {"id": 3, "prompt": "cacbabca"}
            """,
                "--vocab",
                "14",
                "--seed",
                "5",
                "--scale",
                "2",
                "--no-template",
                "--type",
                "F32");
    }
}
