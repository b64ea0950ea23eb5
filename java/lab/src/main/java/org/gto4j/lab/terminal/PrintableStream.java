package org.gto4j.lab.terminal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Passes text on as {@link Printable#text}. */
public final class PrintableStream extends PrintStream {
    public PrintableStream(PrintStream out) {
        super(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void print(String text) {
        super.print(Printable.text(String.valueOf(text)));
    }

    @Override
    public void print(Object object) {
        print(String.valueOf(object));
    }

    @Override
    public void print(char[] text) {
        print(String.valueOf(text));
    }

    @Override
    public void print(char c) {
        print(String.valueOf(c));
    }
}
