package org.gto4j.it.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.error.GtoException;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.AdamW;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftTrainer;
import org.gto4j.model.Features;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.model.TrainingBatch;
import org.gto4j.tree.DynamicTree;

/** A program for processes with little memory, or without a home folder. */
final class SmallMachine {
    private SmallMachine() {}

    /**
     * Runs it in a process of its own and in an empty working folder, which is empty afterwards.
     *
     * @param arguments of Java, then the program's: "context", model and cells, or "load" or "train" and model
     * @return what it printed
     */
    static String run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path working = Files.createTempDirectory(folder, "working");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path")));
        Stream.of(arguments).filter(argument -> argument.startsWith("-")).forEach(command::add);
        command.add(SmallMachine.class.getName());
        Stream.of(arguments).filter(argument -> !argument.startsWith("-")).forEach(command::add);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(working.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        try (Stream<Path> left = Files.list(working)) {
            assertEquals(List.of(), left.toList(), output);
        }
        return output;
    }

    /** @param args see {@link #run} */
    public static void main(String[] args) {
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[1]))) {
            if (args[0].equals("context")) {
                TreeDecoder.builder(target)
                        .context(Integer.parseInt(args[2]))
                        .build()
                        .close();
            } else if (args[0].equals("load")) {
                System.out.println(target.loading());
            } else {
                train(target);
                System.out.println("trained and decoded");
            }
        } catch (GtoException e) {
            System.out.println(e.kind() + " " + e.getMessage());
        }
    }

    private static void train(TargetModel target) {
        int[] tokens = new int[64];
        boolean[] mask = new boolean[tokens.length];
        Arrays.fill(mask, true);
        Arrays.setAll(tokens, i -> i * 7 % 60);
        try (DraftModel draft = TinyModels.randomDraft(target, 1);
                Features features = Features.create(3, target.info().hidden(), true, Features.Type.F16);
                DraftTrainer trainer =
                        DraftTrainer.open(target, draft, AdamW.builder().build());
                TargetSession session = target.newSession(SessionOptions.builder()
                        .context(256)
                        .taps(draft.info().taps())
                        .hidden(true)
                        .build())) {
            int[] argmax = new int[tokens.length];
            session.prefill(0, 0, tokens, 0, features, argmax);
            for (int step = 0; step < 3; step++) {
                trainer.accumulate(TrainingBatch.builder()
                        .sequences(List.of(new TrainingBatch.Sequence(features, tokens, mask, argmax, null)))
                        .passes(2)
                        .build());
                trainer.step(1e-3f, 1);
            }
            try (TreeDecoder decoder = TreeDecoder.builder(target)
                    .draft(draft)
                    .policy(new DynamicTree(3, 3, 8))
                    .build()) {
                decoder.generate(
                        tokens, GenerationOptions.builder().maxTokens(60).build());
            }
        }
    }
}
