package org.gto4j.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.lab.cli.Main;

/** Command lines with values of options that are off. */
record CommandFuzz(FuzzModels models) implements FuzzSubject {
    private static final int INTERNAL = 3;

    @Override
    public String name() {
        return "command";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        List<String> arguments = new ArrayList<>(command(random, folder));
        for (int changes = random.between(1, 3); changes > 0; changes--) {
            change(random, arguments);
        }
        Files.write(
                folder.resolve("arguments.txt"), String.join("\n", arguments).getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Main()
                .run(
                        arguments.toArray(String[]::new),
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        String said = err.toString(StandardCharsets.UTF_8).strip();
        if (code == INTERNAL || said.contains("internal error") || code != 0 && said.isEmpty()) {
            throw new AssertionError(arguments + ": exit code " + code + ": " + said);
        }
    }

    private List<String> command(FuzzRandom random, Path folder) throws IOException {
        String model = models.target().path().toString();
        String draft = models.draft().toString();
        String prompts = Files.writeString(folder.resolve("prompts.jsonl"), "{\"prompt\": \"Why?\"}\n")
                .toString();
        return switch (random.below(10)) {
            case 0 -> List.of("info", model);
            case 1 -> List.of("info", draft);
            case 2 ->
                List.of(
                        "generate",
                        "-m",
                        model,
                        "-d",
                        draft,
                        "-p",
                        "Why?",
                        "-n",
                        "4",
                        "--tree",
                        "8/3/3",
                        "--temp",
                        "0.5",
                        "--seed",
                        "3",
                        "--threads",
                        "1");
            case 3 -> List.of("generate", "-m", model, "-p", "Why?", "-n", "4", "--threads", "1");
            case 4 -> List.of("corpus", "info", models.corpus().toString());
            case 5 ->
                List.of("corpus", "show", models.corpus().toString(), "-m", model, "--sample", "2", "--threads", "1");
            case 6 ->
                List.of(
                        "regenerate",
                        "-m",
                        model,
                        "--prompts",
                        prompts,
                        "--out",
                        folder.resolve("corpus").toString(),
                        "-n",
                        "4",
                        "--threads",
                        "1");
            case 7 -> List.of("plan", "-m", model, "--rows", "64", "--passes", "2", "--threads", "1");
            case 8 ->
                List.of(
                        "export",
                        "-m",
                        model,
                        "--draft",
                        draft,
                        "--out",
                        folder.resolve("exported.gguf").toString(),
                        "--type",
                        "F16");
            default ->
                List.of(
                        "simulate",
                        "-m",
                        model,
                        "-d",
                        draft,
                        "--corpus",
                        models.corpus().toString(),
                        "--tree",
                        "8/3/3",
                        "--threads",
                        "1");
        };
    }

    private void change(FuzzRandom random, List<String> arguments) {
        int at = random.between(1, Math.max(1, arguments.size() - 1));
        String value = random.of(
                "",
                "-1",
                "0",
                "1",
                "-",
                "--",
                "NaN",
                "1e10",
                "1e999",
                "99999999999",
                Integer.toString(random.integer()),
                random.text(),
                "a/b/c",
                "1/2/3",
                "0/0/0",
                "/",
                "/dev/null",
                ".",
                "true",
                "é",
                models.draft().toString(),
                models.target().path().toString(),
                models.corpus().toString());
        if (at >= arguments.size() || arguments.get(at).startsWith("-") && random.oneIn(2)) {
            arguments.add(value);
        } else if (random.oneIn(6)) {
            arguments.remove(at);
        } else if (arguments.get(at - 1).equals("--out")) {
            return; // nothing outside the folder may be written
        } else {
            arguments.set(at, value);
        }
    }
}
