package org.gto4j.common;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The public records of one artifact. */
public final class PublicRecords {
    private PublicRecords() {}

    /** All that lie beside a class of the artifact. */
    public static List<Class<?>> of(Class<?> beside) throws IOException, URISyntaxException, ClassNotFoundException {
        Path classes = Path.of(
                beside.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> records = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(
                            file -> file.toString().endsWith(".class") && !file.endsWith("module-info.class"))
                    .toList()) {
                String name =
                        classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                Class<?> type = Class.forName(name, false, PublicRecords.class.getClassLoader());
                if (type.isRecord() && Modifier.isPublic(type.getModifiers())) {
                    records.add(type);
                }
            }
        }
        return records;
    }

    /** Names of those that hold arrays and leave comparing to the compiler, which compares references. */
    public static List<String> comparingReferences(Class<?> beside)
            throws ReflectiveOperationException, IOException, URISyntaxException {
        List<String> left = new ArrayList<>();
        for (Class<?> type : of(beside)) {
            boolean arrays = Arrays.stream(type.getRecordComponents()).anyMatch(PublicRecords::holdsArray);
            if (arrays
                    && !(isOurs(type, "toString")
                            && isOurs(type, "hashCode")
                            && isOurs(type, "equals", Object.class))) {
                left.add(type.getName());
            }
        }
        return left;
    }

    /** Whether we wrote a method: what the compiler writes for a record is final. */
    public static boolean isOurs(Class<?> type, String method, Class<?>... parameters) throws NoSuchMethodException {
        return !Modifier.isFinal(type.getMethod(method, parameters).getModifiers());
    }

    private static boolean holdsArray(RecordComponent component) {
        return component.getGenericType().getTypeName().contains("[]");
    }
}
