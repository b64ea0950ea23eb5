package org.gto4j.it.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
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
    /** What the modules export, by a class of the artifact that holds it. */
    private static final Map<Class<?>, List<String>> EXPORTED = Map.of(
            Generation.class,
            List.of("", ".data", ".error", ".gto", ".model", ".simulation", ".statistics", ".train", ".tree"),
            EvalRow.class,
            List.of(
                    ".lab.diagnosis",
                    ".lab.eval",
                    ".lab.experiment",
                    ".lab.figure",
                    ".lab.gto",
                    ".lab.parity",
                    ".lab.profile",
                    ".lab.report",
                    ".lab.simulation",
                    ".lab.stock"));

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
        return EXPORTED.entrySet().stream()
                .flatMap(artifact -> artifact.getValue().stream()
                        .map(room -> "org.gto4j" + room)
                        .<Class<?>>flatMap(
                                name -> files(artifact.getKey(), name).stream().map(file -> type(name + "." + file))))
                .filter(PublicCalls::isReachable)
                .toList();
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

    private static List<String> files(Class<?> ofArtifact, String packageName) {
        try {
            URI home = ofArtifact
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            Path place = Path.of(home);
            if (Files.isDirectory(place)) {
                return in(place.resolve(packageName.replace('.', '/')));
            }
            try (FileSystem jar = FileSystems.newFileSystem(place, Map.of())) {
                return in(jar.getPath(packageName.replace('.', '/')));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
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
