package org.gto4j.it.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.data.Prompt;
import org.gto4j.data.RegenerationOptions;
import org.gto4j.data.Regenerator;
import org.gto4j.error.GtoException;
import org.gto4j.it.cli.CommandRun;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.ChatOptions;
import org.gto4j.model.ChatTemplate;
import org.gto4j.model.Device;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Variables of a chat template that all of a target's conversations are given. */
class TemplateVariablesTest {
    private static final String TEMPLATE =
            "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n"
                    + "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
                    + "{{ '<think></think>' if enable_thinking is false }}{{ style }}{% endif %}";
    private static final List<ChatMessage> MESSAGES = List.of(ChatMessage.user("hi"));

    @TempDir
    private Path folder;

    private static TargetModel open(TargetOptions.Builder options, String template) {
        try (Device device = Device.cpu(1)) {
            return TargetModel.open(
                    device,
                    TinyModels.target("--type", "F32"),
                    options.chatTemplate(new ChatTemplate(template, "test.jinja"))
                            .build());
        }
    }

    private static TargetOptions.Builder variable(String name, String json) {
        return TargetOptions.builder().templateVariable(name, json);
    }

    @Test
    void everyConversationIsGivenThem() {
        String header = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n";
        try (TargetModel target =
                open(variable("enable_thinking", "false").templateVariable("style", "\"brief\""), TEMPLATE)) {
            assertEquals(header + "<think></think>brief", target.chat(MESSAGES, true));
            assertEquals(
                    header + "brief",
                    target.chatText(
                                    MESSAGES,
                                    ChatOptions.builder()
                                            .variable("enable_thinking", true)
                                            .build())
                            .text(),
                    "a chat's own goes before");
        }
        for (String json : List.of("no", "", "{")) {
            GtoException e = assertThrows(
                    GtoException.class, () -> variable("enable_thinking", json).build());
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
            assertTrue(e.getMessage().contains("variable enable_thinking"), e.getMessage());
        }
        assertThrows(GtoException.class, () -> variable(" ", "1").build());
    }

    @Test
    void aCorpusIsContinuedWithItsOwnAlone() throws IOException {
        Path corpus = folder.resolve("corpus");
        RegenerationOptions options =
                RegenerationOptions.builder().maxResponseTokens(4).slots(1).build();
        try (TargetModel target = open(
                        variable("enable_thinking", "false").templateVariable("a", "{\"x\": [1, 2.5]}"), TEMPLATE);
                Corpus open = Corpus.open(corpus, target)) {
            Regenerator.run(target, List.of(new Prompt("p", "general", List.of("hi"))), open, options, progress -> {});
            CorpusSequence text = open.find("p").orElseThrow();
            assertArrayEquals(target.chatTokens(MESSAGES, true), Arrays.copyOf(text.tokens(), text.promptLength()));
        }
        String header = Files.readString(corpus.resolve("corpus.json"));
        assertTrue(header.contains("template_variables") && header.contains("chat_template_sha256"), header);
        try (TargetModel same =
                open(variable("a", "{\"x\":[1,2.5]}").templateVariable("enable_thinking", " false"), TEMPLATE)) {
            Corpus.open(corpus, same).close();
        }
        refused(
                corpus,
                variable("enable_thinking", "true").templateVariable("a", "{\"x\": [1, 2.5]}"),
                TEMPLATE,
                "enable_thinking=true");
        refused(corpus, TargetOptions.builder(), TEMPLATE, "enable_thinking=false");
        refused(
                corpus,
                variable("enable_thinking", "false").templateVariable("a", "{\"x\": [1, 2.5]}"),
                TEMPLATE + " ",
                "chat template of sha256");
        try (TargetModel own = TinyModels.open("--type", "F32")) {
            assertThrows(GtoException.class, () -> Corpus.open(corpus, own));
            Corpus.openReadOnly(corpus, own).close(); // its tokens are there, whatever made them
        }
        assertEquals(header, Files.readString(corpus.resolve("corpus.json")));
    }

    private static void refused(Path corpus, TargetOptions.Builder options, String template, String named) {
        try (TargetModel target = open(options, template)) {
            GtoException e = assertThrows(GtoException.class, () -> Corpus.open(corpus, target));
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
            assertTrue(
                    e.getMessage().startsWith(corpus.toString())
                            && e.getMessage().contains(named),
                    e.getMessage());
        }
    }

    @Test
    void commandsTakeThem() throws IOException {
        String model = TinyModels.target("--type", "F32").toString();
        String template =
                Files.writeString(folder.resolve("mine.jinja"), TEMPLATE).toString();
        String prompts = Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\": \"hi\"}\n")
                .toString();
        String out = folder.resolve("texts").toString();
        String[] regenerate = {
            "regenerate",
            "-m",
            model,
            "--chat-template",
            template,
            "--prompts",
            prompts,
            "--out",
            out,
            "-n",
            "4",
            "--variable",
            "enable_thinking=false",
            "--variable",
            "style=\"brief\""
        };
        CommandRun first = CommandRun.of(regenerate);
        assertEquals(0, first.code(), first.err());
        CommandRun shown = CommandRun.of("corpus", "show", out, "-m", model);
        assertTrue(shown.out().contains("assistant\n<think></think>brief"), shown.out() + shown.err());
        CommandRun again = CommandRun.of(regenerate);
        assertEquals(0, again.code(), again.err());
        String[] other = regenerate.clone();
        other[regenerate.length - 1] = "style=\"long\"";
        CommandRun refused = CommandRun.of(other);
        assertEquals(1, refused.code());
        assertTrue(
                refused.err().contains("style=\"brief\"") && refused.err().contains("style=\"long\""), refused.err());
        CommandRun generate = CommandRun.of(
                "generate", "-m", model, "--chat-template", template, "-p", "hi", "-n", "2", "--variable", "style=1");
        assertEquals(0, generate.code(), generate.err());
        for (String wrong : List.of("style", "=1")) {
            CommandRun usage = CommandRun.of("generate", "-m", model, "-p", "hi", "--variable", wrong);
            assertEquals(2, usage.code(), usage.err());
            assertTrue(usage.err().contains("NAME=JSON"), usage.err());
        }
        CommandRun json = CommandRun.of("generate", "-m", model, "-p", "hi", "--variable", "style=brief");
        assertTrue(json.code() != 0 && json.err().contains("variable style"), json.err());
    }
}
