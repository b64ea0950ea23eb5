package org.gto4j.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.gto4j.model.AdamW;
import org.gto4j.model.Device;
import org.gto4j.model.Precision;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.train.TrainingPlan;

/**
 * What a training step takes at its peak and what {@code plan} promised, for tests/peer: MODEL LENGTH PASSES VOCABULARY
 * THREADS PRECISION. Peaks are the kernel's count of the process's memory (VmHWM, Linux): first with the target alone,
 * all of whose weights were read by decoding a token, then after a step.
 */
public final class TrainingMemoryProcess {
    private static final int KIB = 1024;

    private TrainingMemoryProcess() {}

    /** Prints one line of JSON, in bytes. */
    public static void main(String[] args) throws IOException {
        int length = Integer.parseInt(args[1]);
        int passes = Integer.parseInt(args[2]);
        int vocabulary = Integer.parseInt(args[3]);
        Precision precision = Precision.valueOf(args[5].toUpperCase(Locale.ROOT));
        try (Device device = Device.cpu(Integer.parseInt(args[4]));
                TargetModel target = TargetModel.open(device, Path.of(args[0]))) {
            TrainingPlan plan = TrainingPlan.of(
                    target,
                    vocabulary,
                    false,
                    AdamW.builder().precision(precision).build(),
                    length,
                    passes);
            decodeToken(target);
            long alone = peak();
            try (TrainingCase training = new TrainingCase(target, length, passes, vocabulary, precision)) {
                training.step();
            }
            System.out.printf(
                    Locale.ROOT,
                    "{\"length\": %d, \"passes\": %d, \"vocabulary\": %d, \"precision\": \"%s\", \"target_peak\": %d, \"peak\": %d, "
                            + "\"training\": %d, \"plan\": %d}%n",
                    length,
                    passes,
                    vocabulary,
                    precision,
                    alone,
                    peak(),
                    peak() - alone,
                    plan.bytes());
        }
    }

    private static void decodeToken(TargetModel target) {
        try (TargetSession session = target.newSession(
                SessionOptions.builder().context(8).batch(1).sequences(1).build())) {
            session.prefill(0, 0, new int[] {0}, 0, null, null);
        }
    }

    private static long peak() throws IOException {
        String line = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(l -> l.startsWith("VmHWM:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("\\D", "")) * KIB;
    }
}
