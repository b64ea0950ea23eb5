package org.gto4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Why the native library can't be loaded, in words that help. */
class EngineTest {
    @Test
    void aJavaThatForbidsNativeCodeIsToldHowToAllowIt() {
        Throwable denied = new ExceptionInInitializerError(
                new IllegalCallerException("Illegal native access from: unnamed module"));
        assertEquals(
                "this Java was told to let no library use native code: start it with --enable-native-access=ALL-UNNAMED",
                Engine.reason(denied));
    }

    @Test
    void otherwiseTheLastCauseIsTold() {
        Throwable missing = new NoClassDefFoundError("outer");
        missing.initCause(new UnsatisfiedLinkError("no gto4j in java.library.path"));
        String reason = Engine.reason(missing);
        assertTrue(reason.startsWith("no gto4j in java.library.path (is the gto4j-presets jar"), reason);
        assertTrue(
                Engine.reason(new ExceptionInInitializerError())
                        .startsWith("java.lang.ExceptionInInitializerError (is"),
                "even without a message");
    }
}
