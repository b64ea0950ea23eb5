package org.gto4j.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Changes files as kills, full disks, editors and other programs do. */
final class FileMutation {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FileMutation() {}

    /** Copies a folder and changes one of its files; returns that file. */
    static Path copy(FuzzRandom random, Path from, Path to) throws IOException {
        Files.createDirectories(to);
        List<Path> copies = new ArrayList<>();
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.sorted(Comparator.naturalOrder())
                    .filter(Files::isRegularFile)
                    .toList()) {
                copies.add(Files.copy(file, to.resolve(file.getFileName())));
            }
        }
        Path chosen = random.of(copies);
        change(random, chosen);
        return chosen;
    }

    static void change(FuzzRandom random, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String name = file.getFileName().toString();
        boolean json = name.endsWith(".json") || name.endsWith(".jsonl");
        switch (random.below(json ? 9 : 5)) {
            case 0 -> Files.delete(file);
            case 1 -> Files.write(file, Arrays.copyOf(bytes, random.below(bytes.length + 1)));
            case 2 -> {
                byte[] longer = Arrays.copyOf(bytes, bytes.length + random.between(1, 100));
                Arrays.fill(longer, bytes.length, longer.length, (byte) (int) random.of(0, -1, 10, 123));
                Files.write(file, longer);
            }
            case 3 -> {
                for (int i = random.between(1, 4); i > 0 && bytes.length > 0; i--) {
                    bytes[random.below(bytes.length)] = (byte) random.below(256);
                }
                Files.write(file, bytes);
            }
            case 4 -> {
                int from = random.below(bytes.length + 1);
                Arrays.fill(bytes, from, Math.min(bytes.length, from + random.between(1, 4096)), (byte) 0);
                Files.write(file, bytes);
            }
            default ->
                Files.write(
                        file,
                        lines(random, new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** One line is changed as JSON, doubled, left out or moved. */
    private static String lines(FuzzRandom random, String text) {
        List<String> lines = new ArrayList<>(
                text.strip().startsWith("{\n") ? List.of(text) : text.lines().toList());
        if (lines.isEmpty()) {
            return random.text();
        }
        int at = random.below(lines.size());
        switch (random.below(8)) {
            case 0 -> lines.add(lines.get(at));
            case 1 -> lines.add(random.below(lines.size()), lines.remove(at));
            case 2 ->
                lines.set(
                        at,
                        random.of(
                                "", "[]", "null", "1", "{}", "{", "\u0000", "[".repeat(5000), "{\"a\":".repeat(3000)));
            default -> lines.set(at, line(random, lines.get(at)));
        }
        return String.join("\n", lines) + (random.oneIn(10) ? "" : "\n");
    }

    private static String line(FuzzRandom random, String line) {
        try {
            JsonNode node = JSON.readTree(line);
            for (int i = random.oneIn(4) ? 3 : 1; i > 0; i--) {
                JsonMutation.change(random, node);
            }
            return node.toString();
        } catch (JsonProcessingException e) {
            return random.text();
        }
    }
}
