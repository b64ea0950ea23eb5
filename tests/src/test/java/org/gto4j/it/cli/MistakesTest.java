package org.gto4j.it.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user's mistakes in all commands: one line each, which names the file. */
class MistakesTest {
    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.questions(folder);
    }

    @Test
    void mistakesAreOneLineThatNamesTheFile() throws IOException {
        Path missing = folder.resolve("none.gguf");
        Path cut = folder.resolve("cut.gguf");
        byte[] whole = Files.readAllBytes(Path.of(files.model()));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        String other = TinyModels.target("--type", "F32", "--embd", "48", "--heads", "4")
                .toString();
        CommandRun.mistake(missing.toString(), "generate", "-m", missing.toString(), "-p", "x");
        CommandRun.mistake(cut.toString(), "generate", "-m", cut.toString(), "-p", "x");
        CommandRun.mistake(files.draft(), "generate", "-m", files.draft(), "-p", "x");
        CommandRun.mistake(files.draft(), "generate", "-m", other, "-d", files.draft(), "-p", "x");
        CommandRun.mistake(files.model(), "generate", "-m", files.model(), "-d", files.model(), "-p", "x");
        CommandRun.mistake(
                "2",
                "eval",
                "-m",
                files.model(),
                "--prompts",
                Files.writeString(
                                folder.resolve("long.jsonl"),
                                "{\"id\":1,\"prompt\":\"x\"}\n{\"id\":2,\"prompt\":\"" + "word ".repeat(1000) + "\"}\n")
                        .toString());
        CommandRun.mistake(
                folder.resolve("questions.jsonl").toString(),
                "train",
                "-m",
                files.model(),
                "--prompts",
                files.prompts(),
                "--phase",
                "1",
                "--out",
                files.prompts());
        CommandRun.mistake(
                "questions.jsonl",
                "export",
                "-m",
                files.model(),
                "-d",
                files.draft(),
                "--out",
                folder.resolve("questions.jsonl").resolve("x.gguf").toString());
    }

    @Test
    void foldersThatCantBeWrittenAreNamed() {
        // A file and a kernel's folder: no permission of any user helps.
        for (String nowhere : List.of(files.prompts(), "/proc")) {
            String out = Path.of(nowhere, "out").toString();
            CommandRun.mistake(out, "regenerate", "-m", files.model(), "--prompts", files.prompts(), "--out", out);
            CommandRun.mistake(
                    out, "train", "-m", files.model(), "--prompts", files.prompts(), "--phase", "1", "--out", out);
            CommandRun.mistake(out, "quickstart", "--model", files.model(), "--dir", out, "--minutes", "1");
            CommandRun.mistake(out, "export", "-m", files.model(), "-d", files.draft(), "--out", out + "/x.gguf");
            CommandRun.mistake(
                    out, "eval", "-m", files.model(), "--prompts", files.prompts(), "--json", out + "/rows.json");
        }
        CommandRun.mistake(
                folder.toString(),
                "eval",
                "-m",
                files.model(),
                "--prompts",
                files.prompts(),
                "--json",
                folder.toString());
    }
}
