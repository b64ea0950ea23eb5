package org.gto4j.lab.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.util.Map;
import org.gto4j.lab.terminal.Interruption;
import org.junit.jupiter.api.Test;

class ParameterValuesTest {
    private static Map<String, String> changed(int phase, String... options) {
        TrainCommand train = new TrainCommand();
        String[] needed = {"-m", "m.gguf", "--out", "run", "--phase", Integer.toString(phase)};
        String[] all = new String[needed.length + options.length];
        System.arraycopy(needed, 0, all, 0, needed.length);
        System.arraycopy(options, 0, all, needed.length, options.length);
        StandardInput input = new StandardInput(InputStream.nullInputStream(), new Interruption());
        ParameterValues values = new CommandParser(train, all).parse(input);
        return values.changed(train.parameters(), phase);
    }

    @Test
    void whatIsNeededHasNoDefaultToDifferFrom() {
        assertEquals(Map.of(), changed(1));
    }

    @Test
    void aDefaultThatIsTypedIsNoChange() {
        assertEquals(Map.of(), changed(1, "--lr", "1e-3", "--rows", "01024", "--tree", "60/7/10"));
        assertEquals(Map.of("lr", "0.001"), changed(2, "--lr", "1e-3"), "phase 2 has another default");
        assertEquals(Map.of("lr", "0.0002"), changed(1, "--lr", "2e-4"));
        assertEquals(Map.of(), changed(2, "--lr", "2e-4"));
    }

    @Test
    void valuesAreAsTheyAreTyped() {
        assertEquals(
                Map.of(
                        "corpus",
                        "my corpus",
                        "cpu-minutes",
                        "0.5",
                        "betas",
                        "0.9,0.99",
                        "cache-type",
                        "F32",
                        "tree",
                        "8/3/3"),
                changed(
                        1,
                        "--tree",
                        "8/3/3",
                        "--corpus",
                        "my corpus",
                        "--cpu-minutes",
                        "0.5",
                        "--betas",
                        "0.9,0.99",
                        "--cache-type",
                        "F32"));
    }
}
