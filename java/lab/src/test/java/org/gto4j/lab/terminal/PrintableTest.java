package org.gto4j.lab.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void whatSteersATerminalIsShown() {
        assertEquals(
                "\\u001b]0;title\\u0007 \\u009b31m\\u000d\\u007f\\u0000\\u0008\tx\ny",
                Printable.text("\u001b]0;title\u0007 \u009b31m\r\u007f\0\b\tx\ny"));
        assertEquals("a\\u000ab", Printable.line("a\nb"));
        assertEquals("Größe 日本語 👩‍💻 שלום", Printable.line("Größe 日本語 👩‍💻 שלום"));
    }

    @Test
    void aStreamShowsItWhateverIsPrinted() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintableStream(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            out.print("\u001b");
            out.print('\u001b');
            out.print(new char[] {'\u001b'});
            out.print(new StringBuilder("\u001b"));
            out.printf("%s", "\u001b");
            out.append("\u001b").append('\u001b');
            out.println("\u001b");
            out.println((Object) "\u001b");
        }
        assertEquals("\\u001b".repeat(8) + "\n" + "\\u001b\n", bytes.toString(StandardCharsets.UTF_8));
    }
}
