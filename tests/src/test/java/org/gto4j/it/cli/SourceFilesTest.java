package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What users' files say reaches a corpus as they say it, or the command names file and line. */
class SourceFilesTest {
    private static final String TALK =
            "[{\"role\": \"user\", \"content\": \"one\"}, {\"role\": \"assistant\", \"content\": \"eins\"}, {\"role\": \"user\", \"content\": \"two\"}, "
                    + "{\"role\": \"assistant\", \"content\": \"zwei\"}]";

    @TempDir
    Path folder;

    private final String model = TinyModels.target("--type", "F32").toString();

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static void refused(CommandRun run, String... named) {
        assertEquals(1, run.code(), run.err());
        for (String name : named) {
            assertTrue(run.err().contains(name), name + " isn't named in: " + run.err());
        }
        assertFalse(
                run.err().contains("internal error")
                        || run.err().contains("jackson")
                        || run.err().contains("StreamRead"),
                run.err());
    }

    private CommandRun shown(String file, String with) {
        return CommandRun.of("corpus", "show", file, "-m", with, "--sample", "9");
    }

    @Test
    void aPromptBesideMessagesHidesNoTurn() throws IOException {
        String chat =
                file("ultrachat.jsonl", "{\"prompt\": \"one\", \"prompt_id\": \"0b1\", \"messages\": " + TALK + "}\n");
        CommandRun kept = CommandRun.of(
                "regenerate",
                "-m",
                model,
                "--prompts",
                chat,
                "--out",
                folder.resolve("kept").toString(),
                "--keep-answers");
        assertEquals(0, kept.code(), kept.err());
        String text = shown(folder.resolve("kept").toString(), model).out();
        assertTrue(
                text.contains("[[eins<|im_end|>]]")
                        && text.contains("user\ntwo<|im_end|>")
                        && text.contains("[[zwei<|im_end|>]]"),
                text);
        String own = folder.resolve("own").toString();
        CommandRun answered = CommandRun.of("regenerate", "-m", model, "--prompts", chat, "--out", own, "-n", "4");
        assertEquals(0, answered.code(), answered.err());
        assertTrue(shown(own, model).out().contains("user\none<|im_end|>"), "the first turn is answered");
        String other = file("other.jsonl", "{\"prompt\": \"three\", \"messages\": " + TALK + "}\n");
        refused(
                CommandRun.of("regenerate", "-m", model, "--prompts", other, "--out", own),
                "other.jsonl line 1: ",
                "\"prompt\"",
                "\"messages\"");
    }

    @Test
    void answersOfWeightZeroAreReadButNotTrained() throws IOException {
        CommandRun run = shown(
                file("weights.jsonl", "{\"messages\": " + TALK.replace("\"eins\"", "\"eins\", \"weight\": 0") + "}\n"),
                model);
        assertTrue(
                run.out().contains("assistant\neins<|im_end|>") && run.out().contains("[[zwei<|im_end|>]]"),
                run.out() + run.err());
    }

    @Test
    void systemMessagesAreUsedInTheirPlaceOrRefused() throws IOException {
        String blocks = file(
                "blocks.jsonl",
                "{\"system\": [{\"type\": \"text\", \"text\": \"in French\"}], \"messages\": " + TALK + "}\n");
        assertTrue(
                shown(blocks, model).out().contains("<|im_start|>system\nin French<|im_end|>\n<|im_start|>user\none"));
        String late = file(
                "late.jsonl",
                "{\"messages\": "
                        + TALK.replace(
                                "{\"role\": \"user\", \"content\": \"two\"}",
                                "{\"role\": \"system\", \"content\": \"shout\"}, "
                                        + "{\"role\": \"user\", \"content\": \"two\"}")
                        + "}\n");
        CommandRun kept = shown(late, model);
        assertTrue(
                kept.out().contains("[[eins<|im_end|>]]\n<|im_start|>system\nshout<|im_end|>\n<|im_start|>user\ntwo"),
                kept.out() + kept.err());
        refused(
                CommandRun.of(
                        "regenerate",
                        "-m",
                        model,
                        "--prompts",
                        late,
                        "--out",
                        folder.resolve("late").toString()),
                "late.jsonl line 1: ",
                "system message",
                "'shout'");
        String deaf =
                TinyModels.target("--type", "F32", "--template", "gigachat").toString();
        refused(shown(late, deaf), "late.jsonl line 1: ", "message 3 of 5, of role system", "leaves it out");
        refused(
                CommandRun.of(
                        "regenerate",
                        "-m",
                        deaf,
                        "--prompts",
                        late,
                        "--out",
                        folder.resolve("deaf").toString(),
                        "--keep-answers"),
                "late.jsonl line 1: ",
                "message 3");
        String mute = TinyModels.target("--type", "F32", "--template", "yandex").toString();
        String first = file("first.jsonl", "{\"prompt\": \"a\"}\n{\"prompt\": \"b\", \"system\": \"s\"}\n");
        refused(
                CommandRun.of(
                        "regenerate",
                        "-m",
                        mute,
                        "--prompts",
                        first,
                        "--out",
                        folder.resolve("mute").toString()),
                "first.jsonl line 2: ",
                "message 1 of 2, of role system");
    }

    @Test
    void aConversationThatBeginsWithAnAnswerIsNamed() throws IOException {
        String early = file(
                "early.jsonl",
                "{\"messages\": " + TALK
                        + "}\n{\"conversations\": [{\"from\": \"gpt\", \"value\": \"hello\"}, {\"from\": \"human\", \"value\": \"hi\"}]}\n");
        refused(shown(early, model), "early.jsonl line 2: ", "a turn of the user before the first answer", "'hello'");
        refused(
                shown(file("system.jsonl", "{\"messages\": [{\"role\": \"system\", \"content\": \"s\"}]}\n"), model),
                "system.jsonl line 1: ",
                "a turn of the user");
    }

    @Test
    void toolTurnsAreKeptWhereTheTemplateHasThem() throws IOException {
        String tools = file(
                "tools.jsonl",
                "{\"conversations\": [{\"from\": \"human\", \"value\": \"q\"}, {\"from\": \"function_call\", \"value\": \"f()\"}, {\"from\": \"observation\", "
                        + "\"value\": \"18\"}, {\"from\": \"gpt\", \"value\": \"It is 18.\"}]}\n");
        assertTrue(shown(tools, model).out().contains("<|im_start|>tool\n18<|im_end|>"));
        refused(
                shown(
                        tools,
                        TinyModels.target("--type", "F32", "--template", "mistral-v1")
                                .toString()),
                "tools.jsonl line 1: ",
                "of role tool",
                "as a turn of the assistant");
        refused(
                shown(
                        file(
                                "calls.jsonl",
                                "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{\"function\": {\"name\": \"f\", \"arguments\": {}}}]}]}\n"),
                        model),
                "calls.jsonl line 1: ",
                "message 2 of 2, of role assistant",
                "leaves out its \"tool_calls\"");
    }

    @Test
    void otherEncodingsAreNamedByEveryCommand() throws IOException {
        String latin = Files.write(
                        folder.resolve("latin.jsonl"),
                        "{\"prompt\": \"Größe?\"}\n".getBytes(StandardCharsets.ISO_8859_1))
                .toString();
        String expected = "latin.jsonl line 1: expected text in UTF-8, found the byte 0xF6 at offset 14";
        refused(
                CommandRun.of(
                        "regenerate",
                        "-m",
                        model,
                        "--prompts",
                        latin,
                        "--out",
                        folder.resolve("c").toString()),
                expected,
                "Latin-1");
        refused(
                CommandRun.of(
                        "regenerate",
                        "-m",
                        model,
                        "--prompts",
                        latin,
                        "--out",
                        folder.resolve("c").toString(),
                        "--keep-answers"),
                expected);
        refused(
                CommandRun.of(
                        "regenerate",
                        "-m",
                        model,
                        "--prompts",
                        latin,
                        "--out",
                        folder.resolve("c").toString(),
                        "--on-broken-line",
                        "skip"),
                "all 1 lines",
                expected);
        refused(shown(latin, model), expected);
        refused(CommandRun.of("eval", "-m", model, "--prompts", latin, "--mode", "plain"), expected);
        refused(CommandRun.of("experiment", latin), "latin.jsonl line 1: expected text in UTF-8");
    }
}
