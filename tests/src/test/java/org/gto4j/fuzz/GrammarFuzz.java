package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Random GBNF, sound and broken, with all that makes parsers dive: nesting, repetition, ranges, recursion. */
record GrammarFuzz(FuzzModels models) implements FuzzSubject {
    @Override
    public String name() {
        return "grammar";
    }

    @Override
    public void use(FuzzRandom random, Path folder, Expectation expected) throws IOException {
        String grammar = grammar(random);
        Files.write(folder.resolve("grammar.gbnf"), grammar.getBytes(StandardCharsets.UTF_8));
        expected.file("grammar");
        ModelUse.decode(models.target(), null, grammar, random.of(0f, 1f));
    }

    private static String grammar(FuzzRandom random) {
        return switch (random.below(12)) {
            case 0 -> "root ::= " + "(".repeat(size(random)) + "\"a\"" + ")".repeat(size(random)) + "\n";
            case 1 -> chain(random);
            case 2 -> "root ::= \"a\"{" + random.integer() + (random.oneIn(2) ? "," : "," + random.integer()) + "}\n";
            case 3 -> "root ::= " + "(\"a\"".repeat(20) + "{1,9}){1,9}".repeat(20) + "\n";
            case 4 -> "root ::= " + "[a-z" + random.text().repeat(20) + "]+\n";
            case 5 -> "root ::= " + "\"a\" | ".repeat(size(random)) + "\"b\"\n";
            case 6 -> "root ::= (" + "\"a\"? ".repeat(size(random)) + ")*\n";
            case 7 -> random.text();
            default -> rules(random);
        };
    }

    private static int size(FuzzRandom random) {
        return random.of(1, 10, 100, 1000, 20_000);
    }

    private static String chain(FuzzRandom random) {
        int rules = size(random);
        StringBuilder text = new StringBuilder("root ::= r0\n");
        for (int i = 0; i < rules; i++) {
            text.append("r")
                    .append(i)
                    .append(" ::= ")
                    .append(i + 1 < rules ? "r" + (i + 1) : random.of("\"a\"", "r0", "root", ""))
                    .append('\n');
        }
        return text.toString();
    }

    private static String rules(FuzzRandom random) {
        StringBuilder text = new StringBuilder();
        int rules = random.between(1, 5);
        for (int i = 0; i < rules; i++) {
            text.append(i == 0 ? random.of("root", "root", "root", "r1") : "r" + i)
                    .append(random.of(" ::= ", "::=", " := ", " ::= "))
                    .append(alternatives(random, 3, rules))
                    .append(random.oneIn(20) ? "" : "\n");
        }
        return text.toString();
    }

    private static String alternatives(FuzzRandom random, int depth, int rules) {
        StringBuilder text = new StringBuilder();
        for (int i = random.between(1, 3); i > 0; i--) {
            for (int k = random.below(4); k > 0; k--) {
                text.append(item(random, depth, rules))
                        .append(random.of("", "*", "+", "?", "{2}", "{0,3}", "{,2}", "{3,1}", "{0}"))
                        .append(' ');
            }
            text.append(i > 1 ? "| " : "");
        }
        return text.toString();
    }

    private static String item(FuzzRandom random, int depth, int rules) {
        return switch (random.below(depth > 0 ? 8 : 6)) {
            case 0 -> "\"" + random.text().replace("\"", "\\\"") + "\"";
            case 1 ->
                random.of(
                        "[a-z]",
                        "[^a]",
                        "[\\x00-\\xFF]",
                        "[\\u0000-\\U0010FFFF]",
                        "[z-a]",
                        "[]",
                        "[^]",
                        "[😀-😎]",
                        ".",
                        "[\\]]",
                        "[a-",
                        "\\xZZ");
            case 2 -> "\"a\"";
            case 3, 4 -> random.oneIn(10) ? "undefined" : random.oneIn(4) ? "root" : "r" + random.below(rules + 1);
            case 5 -> random.of("# comment\n", "<[12]>", "!<[1]>", "<|im_end|>", "%%", "\\", "\n");
            default -> "(" + alternatives(random, depth - 1, rules) + ")";
        };
    }
}
