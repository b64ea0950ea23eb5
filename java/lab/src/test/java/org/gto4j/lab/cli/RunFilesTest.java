package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No command writes over what it reads. Of all files only the names count: nothing is read before this is asked. */
class RunFilesTest {
    @TempDir
    Path folder;

    @BeforeEach
    void makeFiles() throws IOException {
        for (String file : List.of(
                "model.gguf",
                "part-00001-of-00003.gguf",
                "part-00002-of-00003.gguf",
                "part-00003-of-00003.gguf",
                "draft.gguf",
                "ref.gguf",
                "p.jsonl",
                "q.jsonl",
                "server",
                "corpus/corpus.json",
                "corpus/corpus.jsonl",
                "corpus/features.f16",
                "run/config.json",
                "run/metrics.jsonl",
                "run/draft.gguf",
                "run/state-5.bin",
                "run/corpus/corpus.jsonl",
                "quick/draft-gto.gguf",
                "quick/phase1/draft.gguf",
                "quick/corpus/corpus.jsonl",
                "old.json",
                "experiment.json",
                "exp/results.json",
                "exp/arms/a/draft.gguf",
                "exp/arms/b/draft.gguf")) {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), "content of " + file);
        }
        Files.createSymbolicLink(folder.resolve("soft"), Path.of("model.gguf"));
        Files.createLink(folder.resolve("hard"), folder.resolve("p.jsonl"));
        Files.createSymbolicLink(folder.resolve("there"), Path.of("."));
    }

    /** All files but those that only say who owns a folder. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(file -> Files.isRegularFile(file) && !file.endsWith(".lock"))
                    .toList()) {
                contents.put(folder.relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }

    private String run(int code, String line) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] args = Arrays.stream(line.split(" "))
                .map(word -> word.startsWith("@") ? folder + "/" + word.substring(1) : word)
                .toArray(String[]::new);
        int found = new Main()
                .run(
                        args,
                        new PrintStream(new ByteArrayOutputStream()),
                        new PrintStream(err, true, StandardCharsets.UTF_8));
        String said = err.toString(StandardCharsets.UTF_8);
        assertEquals(code, found, said);
        return said;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "export -m @model.gguf -d @draft.gguf --out @model.gguf; --out; --model",
                "export -m @model.gguf -d @draft.gguf --out @soft; --out; --model",
                "export -m @soft -d @draft.gguf --out @model.gguf; --out; --model",
                "export -m @model.gguf -d @draft.gguf --out @corpus/../model.gguf; --out; --model",
                "export -m @model.gguf -d @draft.gguf --out @there/model.gguf; --out; --model",
                "export -m @model.gguf -d @draft.gguf --out @draft.gguf; --out; --draft",
                "export -m @model.gguf -d @run --out @run/draft.gguf; --out; --draft",
                "export -m @part-00001-of-00003.gguf -d @draft.gguf --out @part-00003-of-00003.gguf; --out; --model",
                "eval -m @model.gguf --prompts @p.jsonl --json @p.jsonl; --json; --prompts",
                "eval -m @model.gguf --prompts @p.jsonl --json @hard; --json; --prompts",
                "eval -m @model.gguf --prompts @q.jsonl --prompts @p.jsonl --json @p.jsonl; --json; --prompts",
                "eval -m @model.gguf --prompts @p.jsonl --json @model.gguf; --json; --model",
                "eval -m @model.gguf -d @ref.gguf -d @draft.gguf --prompts @p.jsonl --json @draft.gguf; --json; --draft",
                "profile -m @model.gguf --prompts @p.jsonl --json @p.jsonl; --json; --prompts",
                "bench -m @model.gguf --prompts @p.jsonl --html @p.jsonl; --html; --prompts",
                "bench -m @model.gguf --prompts @p.jsonl --stock @server --html @server; --html; --stock",
                "bench -m @model.gguf --prompts @p.jsonl --json @new --html @new; --html; --json",
                "bench -m @model.gguf --prompts @p.jsonl --json @new --html @there/new; --html; --json",
                "parity -m @model.gguf --prompts @p.jsonl --log @p.jsonl; --log; --prompts",
                "parity -m @model.gguf --prompts @p.jsonl --log @old.json --json @old.json; --json; --log",
                "simulate -m @model.gguf -d @draft.gguf --corpus @corpus --json @corpus/corpus.jsonl; --json; --corpus",
                "diagnose -m @model.gguf -d @draft.gguf --corpus @corpus --html @corpus/features.f16; --html; --corpus",
                "diagnose -m @model.gguf -d @draft.gguf --corpus @corpus --json @draft.gguf; --json; --draft",
                "rewards -m @model.gguf -d @draft.gguf --reference @ref.gguf --corpus @corpus --json @ref.gguf; --json; --reference",
                "gradients -m @model.gguf -d @draft.gguf --reference @ref.gguf --corpus @corpus --json @corpus/corpus.json; --json; --corpus",
                "plan -m @model.gguf --html @model.gguf; --html; --model",
                "report @run --html @run/metrics.jsonl; --html; RUN",
                "report @corpus @run --html @run/config.json; --html; RUN",
                "regenerate -m @model.gguf --prompts @corpus/corpus.jsonl --out @corpus; --out; --prompts",
                "regenerate -m @corpus/features.f16 --prompts @p.jsonl --out @there/corpus; --out; --model",
                "train -m @model.gguf --corpus @corpus --phase 2 --from @run/draft.gguf --out @run; --out; --from",
                "train -m @model.gguf --prompts @run/corpus/corpus.jsonl --phase 1 --out @run; --out; --prompts",
                "train -m @run/state-5.bin --corpus @corpus --phase 1 --out @run; --out; --model",
                "quickstart --model @quick/draft-gto.gguf --dir @quick; --dir; --model",
                "quickstart --model @quick/phase1/draft.gguf --dir @quick; --dir; --model",
            })
    void anOutputOverAnInputIsRefused(String line, String output, String input) throws IOException {
        Map<String, String> before = contents();
        String said = run(1, line);
        assertTrue(said.contains("option " + output + ": expected a "), said);
        assertTrue(said.contains(", the file of ") && said.contains(input), said);
        assertEquals(1, said.lines().count(), said);
        assertEquals(before, contents());
    }

    /** These go on, and fail at the model, which is none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "eval -m @model.gguf --prompts @none.jsonl --json @old.json; none.jsonl",
                "eval -m @model.gguf --prompts @none.jsonl --json /dev/null; none.jsonl",
                "bench -m @model.gguf --prompts @none.jsonl --json /dev/null --html /dev/null; none.jsonl",
                "simulate -m @model.gguf -d @draft.gguf --corpus @corpus --json @corpus/old.json; model.gguf",
                "train -m @run/corpus/model.gguf --corpus @run/corpus --phase 1 --out @run; model.gguf",
                "train -m @model.gguf --corpus @corpus --phase 1 --out @run; model.gguf",
                "regenerate -m @corpus/none.gguf --prompts @none.jsonl --out @corpus; none.jsonl",
                "report @none --html @old.json; none",
            })
    void otherOutputsAreNot(String line, String named) {
        assertTrue(run(1, line).contains(named));
    }

    @Test
    void anExperimentIsCheckedByItsFields() throws IOException {
        String json = """
            {"model": "MODEL", "corpus": "corpus", "out": "OUT", "control": "a", "steps": 1, "arms": [{"name": "a", "phase": 1, "from": "FROM"}]}
            """;
        for (List<String> fields : List.of(
                List.of(
                        "exp/results.json",
                        "exp",
                        "draft.gguf",
                        "field out: expected a folder with files that this run doesn't read"),
                List.of(
                        "model.gguf",
                        "exp",
                        "exp/arms/a/draft.gguf",
                        "arm 'a', the arm's folder: expected a folder with files that this run doesn't read"),
                List.of("exp/arms/b/draft.gguf", "exp", "exp/arms/b/draft.gguf", "exp/arms/b/draft.gguf: "))) {
            Files.writeString(
                    folder.resolve("experiment.json"),
                    json.replace("MODEL", fields.get(0))
                            .replace("OUT", fields.get(1))
                            .replace("FROM", fields.get(2)));
            Map<String, String> before = contents();
            String said = run(1, "experiment @experiment.json");
            assertTrue(said.contains(fields.get(3)), said);
            assertEquals(before, contents());
        }
        Files.copy(folder.resolve("experiment.json"), folder.resolve("exp/report.html"));
        assertTrue(run(1, "experiment @exp/report.html").contains("field"));
    }

    /** Whoever adds an option that names a file says what is done with it. */
    @Test
    void everyOptionThatNamesAFileSaysWhatIsDoneWithIt() {
        for (Command command : Main.commands()) {
            for (Parameter<?> parameter : command.parameters()) {
                boolean names = List.of("FILE", "GGUF", "DIR", "PATH", "JSONL", "LLAMA_SERVER")
                        .contains(parameter.argument());
                assertEquals(names, parameter.use() != null, command.name() + " --" + parameter.name());
            }
            for (Argument argument : command.arguments()) {
                assertEquals(
                        argument.name().matches(".*(FILE|RUN|CHECKPOINT).*"),
                        argument.use() != null,
                        command.name() + " " + argument.name());
            }
        }
    }

    @Test
    void modelsAreFiles() {
        assertTrue(run(1, "generate -m @corpus -p x").contains("corpus: expected a GGUF file, found a folder"));
        assertTrue(
                run(1, "info @corpus")
                        .contains(
                                "corpus: expected a GGUF file, or the folder of a training run or a quickstart, found neither"));
        assertTrue(run(1, "info /dev/null").contains("/dev/null: expected a GGUF file, found a pipe or device"));
        assertTrue(run(1, "generate -m /dev/null -p x")
                .contains("/dev/null: expected a GGUF file, found a pipe or device"));
    }
}
