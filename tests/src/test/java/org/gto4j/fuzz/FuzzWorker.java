package org.gto4j.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The process that uses inputs, so that its death is noticed by {@link FuzzRun}. Reads a number a line, makes the input
 * of that number, uses it and answers one line: "@@", how it went, and the message. An input that went well is deleted.
 */
public final class FuzzWorker {
    static final String ANSWER = "@@";

    private FuzzWorker() {}

    /** @param args seed, folder */
    public static void main(String[] args) throws IOException {
        long seed = Long.parseLong(args[0]);
        Path folder = Path.of(args[1]);
        try (FuzzModels models = FuzzModels.in(folder.resolve("models"))) {
            List<FuzzSubject> subjects = FuzzSubjects.of(models, System.getProperty(FuzzRun.SUBJECTS, ""));
            BufferedReader numbers = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            System.setIn(InputStream.nullInputStream()); // "-" of a command is no number of an input
            answer("ready", "");
            for (String line = numbers.readLine(); line != null; line = numbers.readLine()) {
                long number = Long.parseLong(line);
                run(subjects, seed, number, folder.resolve("input-" + number));
            }
        }
        System.exit(0);
    }

    private static void run(List<FuzzSubject> subjects, long seed, long number, Path folder) throws IOException {
        Files.createDirectories(folder);
        FuzzRandom random = new FuzzRandom(seed, number);
        FuzzSubject subject = random.of(subjects);
        Expectation expected = new Expectation();
        String fault = "";
        String how = "accepted";
        String message = "";
        try {
            Files.writeString(folder.resolve("subject"), subject.name());
            subject.use(random, folder, expected);
        } catch (Throwable e) {
            how = "refused";
            message = String.valueOf(e.getMessage());
            fault = expected.fault(e);
            if (!fault.isEmpty() && !(e instanceof org.gto4j.error.GtoException)) {
                e.printStackTrace();
            }
        }
        if (fault.isEmpty()) {
            delete(folder);
        }
        answer(subject.name() + " " + (fault.isEmpty() ? how : "FAULT"), fault.isEmpty() ? message : fault);
    }

    private static void answer(String how, String message) {
        String text = message.replaceAll("\\s+", " ");
        System.out.println(ANSWER + " " + how + " " + text.substring(0, Math.min(text.length(), 1500)));
        System.out.flush();
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
