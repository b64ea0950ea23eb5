package org.gto4j.it.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gto4j.Generation;
import org.gto4j.lab.eval.EvalRow;

/** What a user can call: public constructors and methods of public classes in the module's exported packages. */
final class PublicCalls {
    /** A class of each artifact. */
    private static final List<Class<?>> ARTIFACTS = List.of(Generation.class, EvalRow.class);

    private PublicCalls() {}

    /** In an order that doesn't change. */
    static List<Executable> all() {
        List<Executable> calls = new ArrayList<>();
        for (Class<?> type : classes()) {
            Stream.concat(Arrays.stream(type.getConstructors()), Arrays.stream(type.getDeclaredMethods()))
                    .filter(call -> Modifier.isPublic(call.getModifiers()) && !call.isSynthetic())
                    .filter(call -> !isOfObject(call))
                    .forEach(calls::add);
        }
        calls.sort(Comparator.comparing(Executable::toString));
        return calls;
    }

    private static boolean isOfObject(Executable call) {
        return call instanceof Method method
                && Arrays.stream(Object.class.getMethods())
                        .anyMatch(other -> other.getName().equals(method.getName())
                                && Arrays.equals(other.getParameterTypes(), method.getParameterTypes()));
    }

    /** Class and name, and the types of parameters. */
    static String name(Executable call) {
        String owner = call.getDeclaringClass().getName().substring("org.gto4j.".length());
        return owner
                + (call instanceof Constructor ? "" : "." + call.getName())
                + Arrays.stream(call.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static List<Class<?>> classes() {
        return ARTIFACTS.stream()
                .map(PublicCalls::home)
                .<Class<?>>flatMap(home -> exported(home)
                        .flatMap(name -> files(home, name).stream().map(file -> type(name + "." + file))))
                .filter(PublicCalls::isReachable)
                .toList();
    }

    /** The packages that an artifact's module exports to everybody. */
    private static Stream<String> exported(Path home) {
        return ModuleFinder.of(home).findAll().stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source);
    }

    private static boolean isReachable(Class<?> type) {
        for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
            if (!Modifier.isPublic(outer.getModifiers())) {
                return false;
            }
        }
        return true;
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static Path home(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> files(Path home, String packageName) {
        try {
            if (Files.isDirectory(home)) {
                return in(home.resolve(packageName.replace('.', '/')));
            }
            try (FileSystem jar = FileSystems.newFileSystem(home, Map.of())) {
                return in(jar.getPath(packageName.replace('.', '/')));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .sorted()
                    .toList();
        }
    }
}
