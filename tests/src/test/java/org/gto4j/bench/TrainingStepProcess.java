package org.gto4j.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.gto4j.model.Device;
import org.gto4j.model.Precision;
import org.gto4j.model.TargetModel;

/**
 * Training steps on request, for tests/peer: MODEL LENGTH PASSES VOCABULARY THREADS PRECISION [CASE]. Writes the case
 * to a file if one is named, then makes one step for each line that comes in and answers with its seconds and loss.
 */
public final class TrainingStepProcess {
    private TrainingStepProcess() {}

    /** Runs until the input ends. */
    public static void main(String[] args) throws IOException {
        try (Device device = Device.cpu(Integer.parseInt(args[4]));
                TargetModel target = TargetModel.open(device, Path.of(args[0]));
                TrainingCase training = new TrainingCase(
                        target,
                        Integer.parseInt(args[1]),
                        Integer.parseInt(args[2]),
                        Integer.parseInt(args[3]),
                        Precision.valueOf(args[5].toUpperCase(Locale.ROOT)))) {
            if (args.length > 6) {
                training.write(Path.of(args[6]));
            }
            System.out.println("{\"ready\": true}");
            BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (requests.readLine() != null) {
                long start = System.nanoTime();
                double loss = training.step();
                System.out.printf(
                        Locale.ROOT, "{\"seconds\": %.6f, \"loss\": %.9f}%n", (System.nanoTime() - start) * 1e-9, loss);
            }
        }
    }
}
