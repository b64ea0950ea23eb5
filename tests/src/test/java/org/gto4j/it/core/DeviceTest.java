package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AvailableDevice;
import org.gto4j.model.AvailableMemory;
import org.gto4j.model.CacheType;
import org.gto4j.model.Device;
import org.gto4j.model.DeviceKind;
import org.gto4j.model.FlashAttention;
import org.gto4j.model.KernelTimes;
import org.gto4j.model.Quantization;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetLoading;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;
import org.gto4j.model.TargetSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which devices there are, and where targets lie on them. */
class DeviceTest {
    private static final String OURS = "CPU-GTO4J";

    @TempDir
    Path folder;

    private Path quantised() {
        Path file = folder.resolve("q8_0.gguf");
        TargetModel.requantize(
                TinyModels.target("--type", "F32", "--embd", "256", "--ff", "2048"), file, Quantization.Q8_0, 1);
        return file;
    }

    @Test
    void whatItIsStaysKnownWhenItIsClosed() {
        Device device = Device.cpu(1);
        device.close();
        assertTrue(device.isCpu());
        assertTrue(device.computesDrafts());
        assertTrue(AvailableMemory.on(device).isPresent());
    }

    @Test
    void theFirstAvailableIsTheDefault() {
        List<AvailableDevice> all = Device.available();
        assertTrue(
                all.stream().anyMatch(one -> one.name().equals("CPU") && one.kind() == DeviceKind.CPU), all.toString());
        Set<String> kinds = new HashSet<>();
        for (AvailableDevice one : all) {
            try (Device device = Device.open(one.name(), 1)) {
                assertEquals(one.name(), device.name());
                assertEquals(one.description(), device.description());
                assertEquals(one.kind() == DeviceKind.CPU, device.isCpu());
                assertTrue(device.computesDrafts() || !device.isCpu());
                assertEquals(one.memory().total(), device.memory().total());
                assertTrue(
                        device.memory().free() <= device.memory().total(),
                        device.memory().toString());
                // Costs are kept by the kind, so that those of one device aren't taken for another's.
                assertTrue(kinds.add(device.kind()), device.kind());
            }
        }
        for (String name : List.of("", all.get(0).name())) {
            try (Device best = Device.cpu(1);
                    Device named = Device.open(name, 1)) {
                assertEquals(best.kind(), named.kind());
            }
        }
    }

    @Test
    void aDeviceThatThereIsNot() {
        GtoException e = assertThrows(GtoException.class, () -> Device.open("TPU7", 1));
        assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        assertTrue(
                e.getMessage()
                        .contains("no device \"TPU7\"; found: "
                                + Device.available().get(0).name()),
                e.getMessage());
    }

    @Test
    void sessionsHaveWhatTheirTargetsOptionsSay() {
        Path file = TinyModels.target("--type", "F32", "--vocab", "64", "--head-dim", "32");
        try (Device device = Device.cpu(1);
                TargetModel plain = TargetModel.open(device, file);
                TargetModel small = TargetModel.open(
                        device,
                        file,
                        TargetOptions.builder().cacheType(CacheType.Q8_0).build())) {
            float[] f16 = logits(plain, SessionOptions.builder().context(64));
            float[] f32 = logits(plain, SessionOptions.builder().context(64).f32Cache(true));
            float[] q8 = logits(small, SessionOptions.builder().context(64));
            assertFalse(Arrays.equals(f16, f32));
            assertFalse(Arrays.equals(f16, q8));
            assertArrayEquals(
                    q8, logits(plain, SessionOptions.builder().context(64).cacheType(CacheType.Q8_0)));
            assertArrayEquals(
                    f32, logits(small, SessionOptions.builder().context(64).f32Cache(true)));
            assertArrayEquals(
                    f16, logits(small, SessionOptions.builder().context(64).cacheType(CacheType.F16)));
            GtoException e = assertThrows(
                    GtoException.class,
                    () -> logits(small, SessionOptions.builder().context(64).flashAttention(FlashAttention.OFF)));
            assertEquals(GtoException.Kind.ARGUMENT, e.kind());
        }
    }

    private static float[] logits(TargetModel target, SessionOptions.Builder options) {
        try (TargetSession session = target.newSession(options.build())) {
            session.prefill(0, 0, new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 7, null, null);
            return session.logits(7);
        }
    }

    @Test
    void gpuLayersOnACpu() {
        Path file = TinyModels.target("--type", "F32", "--vocab", "64");
        try (Device device = Device.cpu(1)) {
            TargetModel.open(device, file, TargetOptions.builder().gpuLayers(0).build())
                    .close();
            for (int layers : new int[] {1, Integer.MAX_VALUE}) {
                TargetOptions options =
                        TargetOptions.builder().gpuLayers(layers).build();
                GtoException e = assertThrows(GtoException.class, () -> TargetModel.open(device, file, options));
                assertEquals(GtoException.Kind.ARGUMENT, e.kind());
                assertTrue(e.getMessage().contains("is no GPU"), e.getMessage());
            }
        }
        assertThrows(
                GtoException.class, () -> TargetOptions.builder().gpuLayers(-2).build());
    }

    @Test
    void weightsArePackedForOurKernelsAlone() {
        Path file = quantised();
        for (AvailableDevice one : Device.available()) {
            try (Device device = Device.open(one.name(), 1);
                    TargetModel target = TargetModel.open(device, file)) {
                TargetLoading loading = target.loading();
                assertEquals(one.name().equals(OURS), loading.packedBytes() > 0, loading.toString());
                assertTrue(
                        loading.packedBytes() + loading.mappedBytes() + loading.movedBytes()
                                >= target.info().bytes(),
                        loading.toString());
                assertTrue(loading.time().toNanos() > 0);
                assertNull(loading.fallback());
            }
        }
    }

    @Test
    void withoutMemoryForPackingGgmlComputesTheMappedFile() throws Exception {
        String model = quantised().toString();
        String output = SmallMachine.run(folder, Map.of("GTO4J_MEMORY_LIMIT", "1K"), "load", model);
        assertTrue(output.contains("packedBytes=0, ") && output.contains("left of GTO4J_MEMORY_LIMIT"), output);
        assertEquals(
                1,
                output.lines()
                        .filter(line -> line.contains("ggml's CPU backend computes it instead"))
                        .count(),
                output);
        if (Device.available().get(0).name().equals(OURS)) {
            output = SmallMachine.run(folder, Map.of(), "load", model);
            assertTrue(output.contains("fallback=null") && !output.contains("packedBytes=0, "), output);
        }
    }

    @Test
    void productsAreTimed() {
        try (Device device = Device.cpu(1)) {
            for (String type : KernelTimes.types()) {
                KernelTimes times = KernelTimes.measure(device, type, 40, 512, new int[] {1, 5}, 2);
                assertEquals(40 * KernelTimes.rowBytes(type, 512), times.bytes());
                assertTrue(
                        times.deviceBytes() >= times.bytes() && times.seconds()[0] > 0 && times.seconds()[1] > 0,
                        times.toString());
                assertEquals(device.name().equals(OURS) ? 2 : 0, times.ggmlSeconds().length);
            }
            assertThrows(GtoException.class, () -> KernelTimes.measure(device, "Q4_K", 40, 32, new int[] {1}, 2));
            assertThrows(GtoException.class, () -> KernelTimes.measure(device, "Q4_K", 40, 256, new int[] {}, 2));
        }
    }
}
