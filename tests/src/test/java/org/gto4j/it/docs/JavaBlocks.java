package org.gto4j.it.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The Java of a page: whole files, one a block. */
final class JavaBlocks {
    static final Path ROOT = Path.of(System.getProperty("gto4j.root"));
    private static final Pattern BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);
    private static final Pattern TYPE = Pattern.compile("(?:class|record) (\\w+)");

    private JavaBlocks() {}

    static String page(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sources by the name of their type. */
    static Map<String, String> of(String page) {
        Map<String, String> sources = new LinkedHashMap<>();
        Matcher blocks = BLOCK.matcher(page);
        while (blocks.find()) {
            Matcher type = TYPE.matcher(blocks.group(1));
            assertTrue(type.find(), blocks.group(1));
            sources.put(type.group(1), blocks.group(1));
        }
        return sources;
    }

    /** Fails with the compiler's messages. */
    static void compile(String name, String source, Path folder) {
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
                ToolProvider.getSystemJavaCompiler()
                        .getTask(messages, null, null, options, null, List.of(file))
                        .call(),
                messages.toString());
    }
}
