package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts and grammars on which libllama's own code overflows the stack of a thread: each is tokens or an exception. */
class LargeTextsTest {
    /** On a thread of as small a stack as the JVM gives. */
    private static void onSmallStack(Runnable test) {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(null, test, "small stack", 200_000);
        thread.setUncaughtExceptionHandler((one, e) -> thrown.set(e));
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (thrown.get() != null) {
            throw new AssertionError(thrown.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-4o", "tekken", "deepseek-v3", "deepseek-llm", "youtu", "exaone-moe"})
    void wordsOfAnyLength(String pre) {
        try (TargetModel target = TinyModels.open("--pre", pre, "--layers", "1")) {
            for (String part : List.of("x", "Ab", "!", " ", "é", "漢", "x y ")) {
                onSmallStack(() -> {
                    String word = part.repeat(4000);
                    assertEquals(word, target.text(target.tokenize(word, false, false)));
                    assertTrue(target.chatTokens(List.of(ChatMessage.user(part.repeat(40_000))), true).length > 1000);
                });
            }
            GtoException e =
                    assertThrows(GtoException.class, () -> target.tokenize("x".repeat(2_000_000), false, false));
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
            assertTrue(e.getMessage().contains("2000000"), e.getMessage());
        }
    }

    private static String chain(int rules) {
        return "root ::= r0\n"
                + IntStream.range(0, rules)
                        .mapToObj(i -> "r" + i + " ::= " + (i + 1 < rules ? "r" + (i + 1) : "\"a\"") + "\n")
                        .collect(Collectors.joining());
    }

    @Test
    void grammarsThatAreTooLarge() {
        try (TargetModel target = TinyModels.open("--layers", "1")) {
            for (String gbnf : List.of(
                    "root ::= " + "(".repeat(3000) + "\"a\"" + ")".repeat(3000),
                    chain(60_000),
                    "root ::= " + "(".repeat(100_000),
                    "root ::= \"a\"{3000000}",
                    "root ::= \"a\"" + "?".repeat(100_000))) {
                onSmallStack(() -> {
                    GtoException e = assertThrows(
                            GtoException.class,
                            () -> Sampler.open(
                                    target,
                                    SamplerOptions.builder().grammar(gbnf).build()));
                    assertEquals(GtoException.Kind.FORMAT, e.kind());
                    assertTrue(
                            e.getMessage().startsWith("grammar")
                                    && e.getMessage().length() < 300,
                            e.getMessage());
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "root ::= undefined; line 1, column 10: rule \"undefined\" is used and nowhere defined",
                "root ::= [z-a]; line 1, column 11: a range goes down, from U+007A to U+0061",
                "root ::= \"a\"{3,1}; line 1, column 13: at least 3 and at most 1 repetitions",
                "root ::= (\"a\"; line 1, column 14: expected \")\", found the end",
                "other ::= \"a\"; expected a rule \"root\", found none among 1 rules",
                "root ::= \"\\q\"; expected an escape"
            })
    void whatIsWrongWithAGrammarIsSaid(String gbnf, String message) {
        try (TargetModel target = TinyModels.open("--layers", "1")) {
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> Sampler.open(
                            target, SamplerOptions.builder().grammar(gbnf).build()));
            assertTrue(e.getMessage().contains(message), e.getMessage());
        }
    }
}
