package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.model.ChatMessage;

/** Texts for the tokenizer and the chat template. */
record TextFuzz(FuzzModels models) implements FuzzSubject {
    @Override
    public String name() {
        return "text";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        String text = random.oneIn(6)
                ? random.of("a", "1", " ", "é", "日", "!", "\u0301", "aB", "' ")
                        .repeat(random.of(10, 1000, 30_000, 100_000))
                : random.text().repeat(random.between(1, 3));
        Files.write(folder.resolve("text.txt"), text.getBytes(StandardCharsets.UTF_8));
        int[] tokens = models.target().tokenize(text, random.oneIn(2), random.oneIn(2));
        models.target().text(tokens);
        models.target()
                .chatTokens(
                        List.of(new ChatMessage(random.of("user", "system", "assistant", random.text()), text)),
                        random.oneIn(2));
    }
}
