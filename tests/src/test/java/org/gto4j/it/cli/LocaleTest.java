package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.gto4j.it.support.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is typed reaches the model whatever the locale; what can't is refused. */
class LocaleTest {
    private static final String PROMPT = "Größe 日本語 👩‍💻";

    @TempDir
    Path folder;

    @Test
    void promptsAreTheSameInAnyLocale() throws Exception {
        String model = TinyModels.target("--type", "F32").toString();
        String expected = CommandRun.of("generate", "-m", model, "--threads", "1", "-p", PROMPT, "--raw", "-n", "12")
                .out();
        for (String locale : new String[] {"export LC_ALL=C", "unset LC_ALL LC_CTYPE LANG", "export LC_ALL=C.UTF-8"}) {
            ShellRun run = ShellRun.of(
                    folder, locale + "; gto4j generate -m \"$1\" --threads 1 -p '" + PROMPT + "' --raw -n 12", model);
            assertEquals(0, run.code(), run.err());
            assertEquals(expected, run.text(), locale);
        }
        ShellRun input = ShellRun.of(
                folder,
                "export LC_ALL=C; printf %s '" + PROMPT + "' | gto4j generate -m \"$1\" --threads 1 -p - --raw -n 12",
                model);
        assertEquals(expected, input.text(), input.err());
    }

    @Test
    void namesThatTheLocaleCantHoldAreRefused() throws Exception {
        ShellRun run = ShellRun.of(folder, "touch Größe.gguf; export LC_ALL=C; gto4j info Größe.gguf");
        assertEquals(2, run.code(), run.err());
        assertTrue(
                run.err().contains("argument FILE: expected a file name, found 'Größe.gguf'")
                        && run.err().contains("set LC_ALL=C.UTF-8"),
                run.err());
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws Exception {
        ShellRun run = ShellRun.of(folder, "gto4j generate -m m.gguf -p \"$(printf 'Gr\\366\\337e')\"");
        assertEquals(2, run.code(), run.err());
        assertTrue(run.err().contains("argument 5, 'Gr") && run.err().contains("expected text in UTF-8"), run.err());
    }

    /** Nothing is lost yet, so nothing is waited for. */
    @Test
    void aPromptThatNeverComesCanBeInterrupted() throws Exception {
        ShellRun run = ShellRun.of(
                folder,
                "mkfifo pipe; \"$JAVA\" org.gto4j.lab.cli.Main generate -m m.gguf -p - < pipe & exec 3> pipe; sleep 1; kill $!; wait $!");
        assertEquals(143, run.code(), run.err());
    }
}
