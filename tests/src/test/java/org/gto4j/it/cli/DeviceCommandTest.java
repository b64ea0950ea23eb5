package org.gto4j.it.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.model.AvailableDevice;
import org.gto4j.model.Device;
import org.gto4j.model.DeviceKind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --device}, what {@code info} says of devices, and {@code bench --kernels}. */
class DeviceCommandTest {
    private static final String OURS = "CPU-GTO4J";

    @TempDir
    static Path folder;

    private static CommandFiles files;

    @BeforeAll
    static void makeFiles() throws IOException {
        files = CommandFiles.letters(folder);
    }

    private static CommandRun done(String... args) {
        CommandRun run = CommandRun.of(args);
        assertEquals(0, run.code(), run.err());
        return run;
    }

    @Test
    void infoListsTheDevices() {
        CommandRun run = done("info", "--threads", "1");
        List<AvailableDevice> all = Device.available();
        assertTrue(
                run.out()
                        .startsWith("device          " + all.get(0).name() + ", "
                                + all.get(0).description() + ", 1 threads\nwhy             "),
                run.out());
        all.stream()
                .skip(1)
                .forEach(other -> assertTrue(
                        run.out()
                                .contains("other device    " + other.name() + ", " + other.description() + ", "
                                        + (other.kind() == DeviceKind.CPU ? "CPU, " : "GPU")),
                        run.out()));
        assertTrue(run.out().matches("(?s).*\nmemory          [0-9.]+ of [0-9.]+ GiB free\n.*"), run.out());
        assertEquals(all.size() + 2, run.out().lines().count(), run.out());
    }

    @Test
    void infoSaysWhatComputesATarget() {
        CommandRun run = done("info", files.model(), "--device", "CPU");
        assertTrue(
                run.out().contains("\ndevice          CPU, ")
                        && run.out().matches("(?s).*\nweights         .*; loaded in [0-9.]+ s\n.*"),
                run.out());
        String best = Device.available().get(0).name();
        assertEquals(
                !best.equals("CPU"), run.out().contains("asked for; the best CPU device here is " + best), run.out());
        assertTrue(done("info", files.model()).out().contains("\ndevice          " + best + ", "));
    }

    @Test
    void commandsComputeOnTheDeviceThatIsNamed() throws IOException {
        for (AvailableDevice device : Device.available()) {
            String name = device.name();
            String run = folder.resolve("run-" + name).toString();
            done(
                    "train",
                    "-m",
                    files.model(),
                    "--prompts",
                    files.prompts(),
                    "--phase",
                    "1",
                    "--steps",
                    "1",
                    "--validation",
                    "0",
                    "--draft-vocab",
                    "14",
                    "--threads",
                    "1",
                    "--device",
                    name,
                    "--out",
                    run);
            JsonNode config =
                    new ObjectMapper().readTree(Path.of(run, "config.json").toFile());
            assertTrue(config.toString().contains("\"" + name + ", "), config.toString());
            Path json = folder.resolve(name + ".json");
            CommandRun bench = done(
                    "bench",
                    "-m",
                    files.model(),
                    "--prompts",
                    files.prompts(),
                    "--threads",
                    "1",
                    "--device",
                    name,
                    "--temp",
                    "0",
                    "-n",
                    "4",
                    "--mode",
                    "plain",
                    "--json",
                    json.toString());
            assertTrue(bench.out().contains("), " + name + ", "), bench.out());
            assertEquals(
                    name,
                    new ObjectMapper()
                            .readTree(json.toFile())
                            .path("device_name")
                            .asText());
        }
        CommandRun wrong = CommandRun.of("generate", "-m", files.model(), "-p", "abc", "--device", "TPU7");
        assertEquals(1, wrong.code());
        assertTrue(wrong.err().contains("no device \"TPU7\"; found: "), wrong.err());
    }

    private CommandRun generated(String... more) {
        List<String> args = new ArrayList<>(
                List.of("generate", "-m", files.model(), "-p", "abc", "--raw", "--threads", "1", "-n", "4"));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void keysAndValuesAreOfTheTypeThatIsAskedFor() {
        for (String type : List.of("F16", "F32", "BF16")) {
            for (String how : List.of("auto", "on", "off")) {
                CommandRun run = generated("--cache-type", type, "--flash-attention", how);
                assertEquals(0, run.code(), run.err());
            }
        }
        CommandRun wrong = generated("--cache-type", "Q4_0");
        assertEquals(2, wrong.code());
        assertTrue(
                wrong.err().contains("--cache-type: expected one of [F16, F32, BF16, Q8_0], found 'Q4_0'"),
                wrong.err());
        CommandRun off = generated("--cache-type", "Q8_0", "--flash-attention", "off");
        assertEquals(1, off.code());
        assertTrue(off.err().contains("Q8_0 needs flash attention"), off.err());
    }

    @Test
    void layersForAGpuOnACpu() {
        assertEquals(0, generated("--gpu-layers", "0").code());
        CommandRun wrong = generated("--gpu-layers", "3");
        assertEquals(1, wrong.code());
        assertTrue(wrong.err().contains("is no GPU; expected 0 or -1, found 3"), wrong.err());
        assertEquals(2, generated("--gpu-layers", "-1").code());
    }

    /** Without the module, its libraries or a driver. */
    @Test
    void aGpuThatIsNotThere() {
        CommandRun run = generated("--device", "CUDA77");
        assertEquals(1, run.code());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(
                run.err()
                        .contains("no device \"CUDA77\"; found: "
                                + Device.available().get(0).name()),
                run.err());
    }

    @Test
    void wholePassesAreMeasured() throws IOException {
        Path json = folder.resolve("passes.json");
        CommandRun run = done(
                "bench",
                "--passes",
                "-m",
                files.model(),
                "--rows",
                "3,2",
                "--context",
                "5,20",
                "--repeats",
                "2",
                "--threads",
                "1",
                "--json",
                json.toString());
        assertEquals(1 + 1 + 2 * 3 + 2, run.out().lines().count(), run.out());
        JsonNode passes = new ObjectMapper().readTree(json.toFile()).path("passes");
        assertEquals(2, passes.size());
        for (JsonNode of : passes) {
            assertEquals("[1,2,3]", of.path("rows").toString());
            of.path("seconds").forEach(seconds -> assertTrue(seconds.asDouble() > 0, of.toString()));
        }
        assertEquals("[60,512]", passes.get(0).path("prompts").toString());
        CommandRun wrong = CommandRun.of("bench", "--passes", "-m", files.model(), "--rows", "513");
        assertEquals(2, wrong.code());
        assertTrue(wrong.err().contains("--rows"), wrong.err());
    }

    @Test
    void kernelsAreMeasuredWithoutAModel() throws IOException {
        Path json = folder.resolve("kernels.json");
        Path svg = folder.resolve("kernels.svg");
        Path html = folder.resolve("kernels.html");
        CommandRun run = done(
                "bench",
                "--kernels",
                "--types",
                "q8_0,F16",
                "--rows",
                "8,2",
                "--columns",
                "256",
                "--outputs",
                "40",
                "--repeats",
                "2",
                "--threads",
                "1",
                "--json",
                json.toString(),
                "--svg",
                svg.toString(),
                "--html",
                html.toString());
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        boolean compared = result.path("device_name").asText().equals(OURS);
        List<String> types = new ArrayList<>();
        for (JsonNode type : result.path("kernels")) {
            types.add(type.path("type").asText());
            assertEquals("[1,2,8]", type.path("rows").toString());
            assertEquals(3, type.path("seconds").size());
            assertEquals(compared ? 3 : 0, type.path("ggml_seconds").size());
            assertEquals(40, type.path("outputs").asInt());
        }
        assertEquals(List.of("Q8_0", "F16"), types);
        assertEquals(1 + 1 + 2 * 3, run.out().lines().count(), run.out());
        assertTrue(Files.readString(svg).startsWith("<svg"));
        assertTrue(Files.readString(html).contains("passes of one row")
                || Files.readString(html).contains("<svg"));
        CommandRun wrong = CommandRun.of("bench", "--kernels", "--types", "Q8_0,Q4_K", "--columns", "32");
        assertEquals(1, wrong.code());
        assertTrue(wrong.err().contains("columns: expected a multiple of 256"), wrong.err());
    }
}
