package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows is true: its Java compiles, its commands exist. */
class ReadmeExampleTest {
    @TempDir
    Path folder;

    private final String readme = readme();

    private static String readme() {
        try {
            return Files.readString(Path.of(System.getProperty("gto4j.root"), "README.md"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theJavaExamplesCompile() {
        Matcher blocks = Pattern.compile("```java\\R(.*?class (\\w+).*?)```", Pattern.DOTALL)
                .matcher(readme);
        int found = 0;
        while (blocks.find()) {
            compile(blocks.group(2), blocks.group(1));
            found++;
        }
        assertEquals(2, found, "java blocks in README.md");
    }

    private void compile(String name, String source) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of("-d", folder.toString(), "-classpath", System.getProperty("java.class.path"), "-proc:none");
        assertTrue(
                compiler.getTask(messages, null, null, options, null, List.of(file))
                        .call(),
                messages.toString());
    }

    @Test
    void theCommandsExist() {
        Matcher commands = Pattern.compile("`\\./gto4j ([a-z]+)").matcher(readme);
        int found = 0;
        while (commands.find()) {
            assertEquals(0, CommandRun.of(commands.group(1), "--help").code(), commands.group(1));
            found++;
        }
        assertTrue(found >= 7, "found " + found);
    }
}
