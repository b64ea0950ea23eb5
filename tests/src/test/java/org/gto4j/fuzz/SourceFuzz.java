package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.data.OnBrokenLine;
import org.gto4j.data.Reasoning;
import org.gto4j.data.SourceFile;
import org.gto4j.data.SourceText;
import org.gto4j.data.TextTokens;

/** Lines of prompts, conversations, texts and tokens. */
record SourceFuzz(FuzzModels models) implements FuzzSubject {
    private static final List<String> LINES = List.of(
            "{\"prompt\": \"Why?\"}",
            "{\"id\": 3, \"turns\": [\"Why?\", \"And then?\"], \"category\": \"math\", \"system\": \"Be brief.\"}",
            "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"}, {\"role\": \"user\", \"content\": \"Why?\"}, {\"role\": \"assistant\", \"content\": \"So.\"}]}",
            "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \"Why?\"}]}, {\"role\": \"assistant\", \"content\": \"<think>hm</think>So.\"}]}",
            "{\"conversations\": [{\"from\": \"human\", \"value\": \"Why?\"}, {\"from\": \"gpt\", \"value\": \"So.\"}], \"id\": \"x\"}",
            "{\"text\": \"Once upon a time.\"}",
            "{\"input_ids\": [1, 2, 3, 4, 5, 6], \"loss_mask\": [0, 0, 1, 1, 0, 1]}",
            "{\"instruction\": \"Why?\", \"input\": \"\", \"output\": \"So.\"}",
            "{\"question_id\": 81, \"prompt\": \"Why?\", \"messages\": [{\"role\": \"user\", \"content\": \"Why?\"}]}");

    @Override
    public String name() {
        return "source";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        Path file = folder.resolve(random.oneIn(12) ? "lines.txt" : "lines.jsonl");
        List<String> lines = new ArrayList<>();
        for (int i = random.between(1, 4); i > 0; i--) {
            lines.add(random.of(LINES));
        }
        Files.writeString(file, String.join("\n", lines) + "\n");
        FileMutation.change(random, file);
        if (!Files.exists(file)) {
            Files.writeString(file, random.of(LINES));
        }
        expected.file(file.toString())
                .fields(file.toString().endsWith(".txt") ? List.of() : List.of("line", "lines", "empty", "UTF-8"));
        OnBrokenLine broken = random.of(OnBrokenLine.values());
        Reasoning reasoning = random.oneIn(2) ? Reasoning.keep() : Reasoning.drop();
        for (SourceText text : random.oneIn(2)
                ? SourceFile.kept(file, broken, models.target()).texts()
                : SourceFile.any(file, broken, models.target()).texts()) {
            TextTokens.of(models.target(), text, 4096, reasoning);
        }
        SourceFile.prompts(file, broken).texts();
    }
}
