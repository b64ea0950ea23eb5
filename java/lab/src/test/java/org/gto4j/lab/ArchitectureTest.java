package org.gto4j.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.gto4j.Generation;
import org.gto4j.lab.eval.EvalRow;
import org.junit.jupiter.api.Test;

/** The packages are what docs/ARCHITECTURE.md draws, without cycles; native types stay in one of them. */
class ArchitectureTest {
    private static final String ROOT = "org.gto4j";
    private static final Path TABLE = Path.of("../../docs/ARCHITECTURE.md");
    /** A row of the table of packages: name, what lives there, names of what it uses. */
    private static final Pattern ROW = Pattern.compile("\\| `(org\\.gto4j[a-z.]*)` \\|[^|]*\\|([^|]*)\\|");

    private static final Pattern NAME = Pattern.compile("`([a-z0-9.]+)`");
    /** Without tests, and without the generated binding. */
    private static final JavaClasses CLASSES =
            new ClassFileImporter().importLocations(Set.of(artifact(Generation.class), artifact(EvalRow.class)));

    private static Location artifact(Class<?> type) {
        return Location.of(type.getProtectionDomain().getCodeSource().getLocation());
    }

    /** The generated binding, and what configures it. */
    private static boolean isBinding(JavaClass type) {
        return type.getPackageName().startsWith(ROOT + ".engine")
                || type.getPackageName().startsWith(ROOT + ".presets");
    }

    private static boolean isJavaCpp(JavaClass type) {
        return type.getPackageName().startsWith("org.bytedeco") || isBinding(type);
    }

    private static Map<String, Set<String>> packages() {
        Map<String, Set<String>> uses = new TreeMap<>();
        CLASSES.stream().forEach(type -> {
            Set<String> used = uses.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>());
            type.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().startsWith(ROOT) && !isBinding(target))
                    .map(JavaClass::getPackageName)
                    .filter(name -> !name.equals(type.getPackageName()))
                    .forEach(used::add);
        });
        return uses;
    }

    private static Map<String, Set<String>> drawing() throws IOException {
        Map<String, Set<String>> rows = new TreeMap<>();
        for (String line : Files.readAllLines(TABLE)) {
            Matcher row = ROW.matcher(line);
            if (row.lookingAt()) {
                Set<String> uses = NAME.matcher(row.group(2))
                        .results()
                        .map(name -> name.group(1).equals(ROOT) ? ROOT : ROOT + "." + name.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));
                rows.put(row.group(1), uses);
            }
        }
        return rows;
    }

    @Test
    void theTableOfPackagesIsTrue() throws IOException {
        assertEquals(packages(), drawing(), "docs/ARCHITECTURE.md");
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        SlicesRuleDefinition.slices()
                .matching("(org.gto4j..)")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void theLibraryKnowsNothingOfTheLaboratory() {
        List<String> wrong = packages().entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(ROOT + ".lab"))
                .filter(entry -> entry.getValue().stream().anyMatch(name -> name.startsWith(ROOT + ".lab")))
                .map(Map.Entry::getKey)
                .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    void onePackageCallsNativeCode() {
        Set<String> callers = CLASSES.stream()
                .filter(type -> type.getDirectDependenciesFromSelf().stream()
                        .anyMatch(dependency -> isJavaCpp(dependency.getTargetClass())))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());
        assertEquals(Set.of(ROOT + ".model"), callers);
    }

    @Test
    void noPublicSignatureHoldsAJavaCppType() {
        List<String> wrong = CLASSES.stream()
                .filter(type -> isPublic(type.getModifiers()))
                .flatMap(type -> type.getMembers().stream())
                .filter(member ->
                        isPublic(member.getModifiers()) || member.getModifiers().contains(JavaModifier.PROTECTED))
                .filter(member -> member.getAllInvolvedRawTypes().stream().anyMatch(ArchitectureTest::isJavaCpp))
                .map(JavaMember::getFullName)
                .toList();
        assertEquals(List.of(), wrong);
    }

    private static boolean isPublic(Set<JavaModifier> modifiers) {
        return modifiers.contains(JavaModifier.PUBLIC);
    }

    @Test
    void everyPackageSaysWhatItIs() {
        List<String> silent = packages().keySet().stream()
                .filter(name -> !Files.exists(source(name)))
                .toList();
        assertEquals(List.of(), silent);
    }

    private static Path source(String name) {
        String file = "src/main/java/" + name.replace('.', '/') + "/package-info.java";
        return Arrays.asList("../library", ".").stream()
                .map(module -> Path.of(module, file))
                .filter(Files::exists)
                .findFirst()
                .orElse(Path.of(file));
    }
}
