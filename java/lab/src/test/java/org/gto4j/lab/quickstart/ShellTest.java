package org.gto4j.lab.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ShellTest {
    @Test
    void whatJavaSaysOfItsEnvironmentIsNoVersion() {
        String banners =
                "Picked up JAVA_TOOL_OPTIONS: -Xmx1g -Dversion=1.2.3\nNOTE: Picked up JDK_JAVA_OPTIONS: -Xss2m\nPicked up _JAVA_OPTIONS: -Dx\n\n";
        assertEquals("javac 17.0.15", new Shell.Result(0, banners + "javac 17.0.15\n").firstLine());
        assertEquals(
                "Apache Maven 3.8.7",
                new Shell.Result(0, "\n" + banners + "Apache Maven 3.8.7\nMaven home: /usr\n").firstLine());
        assertEquals("", new Shell.Result(0, banners).firstLine());
        assertEquals("failed", new Shell.Result(1, "failed\n" + banners).lastLine());
    }
}
