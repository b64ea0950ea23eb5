package org.gto4j.it.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A Java, a Kotlin and a Scala program of at most 15 lines stream a chat. */
class ChatExamplesTest {
    private static final String QUESTION = "Why is the sky blue?";
    private static final int MOST_LINES = 15;

    @TempDir
    static Path folder;

    private static Path model;
    private static Path draft;
    private static String expected;

    @BeforeAll
    static void answer() {
        model = TinyModels.target("--vocab", "320", "--seed", "3");
        draft = folder.resolve("draft.gguf");
        try (TargetModel target = TinyModels.open(model);
                DraftModel random = TinyModels.randomDraft(target, 7);
                TreeDecoder plain = TreeDecoder.builder(target).build()) {
            random.save(draft, DraftFileType.F32);
            expected = plain.chat(
                            List.of(ChatMessage.user(QUESTION)),
                            GenerationOptions.builder().maxTokens(40).build(),
                            text -> {})
                    .text();
        }
        assertTrue(expected.length() > 5, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "java/org/gto4j/example/JavaChat.java, org.gto4j.example.JavaChat",
        "kotlin/org/gto4j/example/KotlinChat.kt, org.gto4j.example.KotlinChatKt",
        "scala/org/gto4j/example/ScalaChat.scala, org.gto4j.example.ScalaChat"
    })
    void streamsTheAnswer(String source, String program) throws Exception {
        long lines =
                Files.readAllLines(Path.of(System.getProperty("gto4j.root"), "tests", "src", "test", source)).stream()
                        .filter(line -> !line.isBlank() && !line.startsWith("import") && !line.startsWith("package"))
                        .count();
        assertTrue(lines <= MOST_LINES, program + " has " + lines + " lines");
        PrintStream before = System.out;
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
        PrintStream during = System.out;
        try {
            run(program, during);
        } finally {
            System.setOut(before);
        }
        assertEquals(expected, heard.toString(StandardCharsets.UTF_8));
    }

    private static void run(String program, PrintStream out) throws Exception {
        Object arguments = new String[] {model.toString(), draft.toString(), QUESTION};
        if (program.endsWith("ScalaChat")) {
            // Scala's print has a console of its own, which is set for the length of a call.
            scala.Console.withOut(out, () -> invoke(program, arguments));
        } else {
            invoke(program, arguments);
        }
    }

    private static Object invoke(String program, Object arguments) {
        try {
            return Class.forName(program).getMethod("main", String[].class).invoke(null, arguments);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
