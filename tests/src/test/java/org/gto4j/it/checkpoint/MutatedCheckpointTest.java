package org.gto4j.it.checkpoint;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.gto4j.checkpoint.DraftCheckpoint;
import org.gto4j.checkpoint.ImportOptions;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changed safetensors, .bin and config.json files: each is imported, or refused by an error that names file and field
 * ({@link NamedFault}). What is imported can be read. More than a build's: {@code -Dgto4j.checkpoints=100000}; others:
 * {@code -Dgto4j.checkpoints.seed=2}.
 */
class MutatedCheckpointTest {
    private static final int INPUTS = Integer.getInteger("gto4j.checkpoints", 2000);
    private static final long SEED = Long.getLong("gto4j.checkpoints.seed", 1);
    private static final Set<GtoException.Kind> EXPECTED =
            EnumSet.of(GtoException.Kind.FORMAT, GtoException.Kind.IO, GtoException.Kind.NUMERIC);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> VALUES = List.of(
            "null",
            "-1",
            "0",
            "1",
            "3",
            "1e30",
            "1e-300",
            "2147483648",
            "9223372036854775807",
            "true",
            "\"x\"",
            "[]",
            "[1,2,3]",
            "{}",
            "0.5",
            "\"silu\"",
            "-0.0",
            "\"yarn\"",
            "\"linear\"");

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // none may hang
    void changedFilesAreImportedOrRefused(@TempDir Path folder) throws IOException {
        Map<Published, List<Path>> sound = new EnumMap<>(Published.class);
        for (Published layout : Published.values()) {
            Path home = folder.resolve(layout.name());
            layout.write(layout.draft(), home);
            try (var files = Files.list(home)) {
                sound.put(layout, files.sorted().toList());
            }
        }
        List<byte[]> published = new ArrayList<>();
        for (List<Path> files : sound.values()) {
            for (Path file : files) {
                published.add(Files.readAllBytes(file));
            }
        }
        NamedFault rule = new NamedFault(published);
        Random random = new Random(SEED);
        int imported = 0;
        List<String> messages = new ArrayList<>();
        try (TargetModel target = TinyModels.open("--vocab", "320")) {
            for (int i = 0; i < INPUTS; i++) {
                Published layout = Published.values()[random.nextInt(Published.values().length)];
                List<Path> files = sound.get(layout);
                Path changed = files.get(random.nextInt(files.size()));
                byte[] good = Files.readAllBytes(changed);
                Files.write(changed, mutated(changed, good, random));
                String input = "input " + i + ", " + changed;
                try (DraftCheckpoint checkpoint = DraftCheckpoint.open(changed.getParent());
                        DraftModel draft = checkpoint.load(
                                target, ImportOptions.builder().taps(1, 3, 5).build())) {
                    requireReadable(draft, input);
                    imported++;
                } catch (GtoException e) {
                    String message = String.valueOf(e.getMessage());
                    assertTrue(EXPECTED.contains(e.kind()), input + ": " + e.kind() + ": " + message);
                    rule.check(message, contents(files, changed, good), input);
                    messages.add(message);
                } catch (RuntimeException | Error e) {
                    fail(input, e);
                }
                Files.write(changed, good);
            }
        }
        assertTrue(imported > INPUTS / 50 && messages.size() > INPUTS / 4, imported + " imported");
        assertTrue(messages.stream().distinct().count() > INPUTS / 10, "the same errors again and again");
    }

    private static void requireReadable(DraftModel draft, String input) {
        for (String name : draft.tensorNames()) {
            for (float value : draft.tensor(name)) {
                assertTrue(Float.isFinite(value), () -> input + ": " + name + " holds " + value);
            }
        }
    }

    /** What the files hold, and what the changed one held. */
    private static Map<Path, byte[][]> contents(List<Path> files, Path changed, byte[] good) throws IOException {
        Map<Path, byte[][]> contents = new HashMap<>();
        for (Path file : files) {
            byte[] now = Files.readAllBytes(file);
            contents.put(file, file.equals(changed) ? new byte[][] {now, good} : new byte[][] {now});
        }
        return contents;
    }

    private static byte[] mutated(Path file, byte[] good, Random random) throws IOException {
        if (file.toString().endsWith(".json") && random.nextInt(4) > 0) {
            ObjectNode json = (ObjectNode) JSON.readTree(good);
            for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                change(json, random);
            }
            return JSON.writeValueAsBytes(json);
        }
        byte[] bytes = good.clone();
        if (random.nextInt(6) == 0) {
            return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        // the header of safetensors, the pickle and the directory of a zip, anything
        int begin = random.nextInt(3) == 0 ? bytes.length - Math.min(bytes.length, 2500) : 0;
        int length = random.nextInt(4) == 0 ? bytes.length - begin : Math.min(2500, bytes.length - begin);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = begin + random.nextInt(length);
            bytes[at] = switch (random.nextInt(4)) {
                case 0 -> (byte) random.nextInt(256);
                case 1 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
                case 2 -> (byte) '9';
                default -> (byte) 0xff;
            };
        }
        return bytes;
    }

    private static void change(ObjectNode json, Random random) throws IOException {
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        if (names.isEmpty()) {
            return;
        }
        String name = names.get(random.nextInt(names.size()));
        JsonNode value = json.get(name);
        if (value instanceof ObjectNode inner && random.nextInt(5) > 0) {
            change(inner, random);
        } else if (random.nextInt(4) == 0) {
            json.remove(name);
        } else {
            json.set(name, JSON.readTree(VALUES.get(random.nextInt(VALUES.size()))));
        }
    }
}
