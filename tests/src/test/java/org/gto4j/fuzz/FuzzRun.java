package org.gto4j.fuzz;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Gives inputs to a {@link FuzzWorker}, one after the other: whoever dies, hangs or answers with a fault is noted with
 * its input, which stays in the folder, and the next input has a new process. {@code main}: SEED FIRST COUNT FOLDER.
 */
public final class FuzzRun implements AutoCloseable {
    private static final long START_SECONDS = 120;
    private static final long HANG_SECONDS = 10;
    private static final long STUCK_SECONDS = 60;
    /** Of addresses: an input that asks for more shall get an error, and not the machine's memory. */
    private static final long MEMORY_KIB = 6L << 20;
    /** System property: the kinds of input, with commas between them. */
    static final String SUBJECTS = "gto4j.fuzz.subjects";

    private static final String END = "\0";

    /**
     * What came of some inputs.
     *
     * @param counts "subject accepted", "subject refused" or "subject FAULT", and how often
     * @param faults a line each: the input's number and what is wrong
     */
    record Outcome(Map<String, Integer> counts, List<String> faults) {}

    private final long seed;
    private final Path folder;
    private Process worker;
    private BlockingQueue<String> lines;

    FuzzRun(long seed, Path folder) {
        this.seed = seed;
        this.folder = folder.toAbsolutePath();
    }

    public static void main(String[] args) throws Exception {
        long first = Long.parseLong(args[1]);
        try (FuzzRun run = new FuzzRun(Long.parseLong(args[0]), Path.of(args[3]))) {
            Outcome outcome = run.of(
                    LongStream.range(first, first + Long.parseLong(args[2])).toArray());
            System.out.println(report(outcome));
            System.exit(outcome.faults().isEmpty() ? 0 : 1);
        }
    }

    static String report(Outcome outcome) {
        StringBuilder text = new StringBuilder();
        outcome.counts().forEach((what, count) -> text.append(String.format(Locale.ROOT, "%-24s %d%n", what, count)));
        outcome.faults().forEach(fault -> text.append(fault).append('\n'));
        return text.toString();
    }

    /** Tries inputs by their numbers. */
    Outcome of(long[] numbers) throws IOException, InterruptedException {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, String> faults = new LinkedHashMap<>();
        Files.createDirectories(folder);
        for (long number : numbers) {
            String answer = answer(number);
            String[] words = answer.split(" ", 3);
            counts.merge(words[0] + " " + words[1], 1, Integer::sum);
            if (words[1].equals("FAULT")) {
                String line = "input " + number + ": " + words[0] + ": " + (words.length > 2 ? words[2] : "");
                if (faults.putIfAbsent(kind(words[0] + words[words.length - 1]), line) == null) {
                    System.err.println(line);
                }
            }
        }
        return new Outcome(counts, new ArrayList<>(faults.values()));
    }

    /** The same fault of other numbers and names is told once. */
    private static String kind(String fault) {
        String text = fault.replaceAll("'[^']*'|\"[^\"]*\"", "")
                .replaceAll("/\\S+", "")
                .replaceAll("[0-9]+", "");
        return text.substring(0, Math.min(90, text.length()));
    }

    private String answer(long number) throws IOException, InterruptedException {
        if (worker == null) {
            start();
        }
        String line = null;
        try {
            worker.getOutputStream().write((number + "\n").getBytes(StandardCharsets.UTF_8));
            worker.getOutputStream().flush();
            line = await();
        } catch (IOException e) {
            line = END;
        }
        if (line != null && !line.equals(END)) {
            return line;
        }
        String subject = subject(number);
        if (line == null) {
            dump();
            close();
            return subject + " FAULT hangs for more than " + HANG_SECONDS + " s";
        }
        int code = worker.waitFor();
        close();
        return subject + " FAULT died with exit code " + code + ": " + lastLine(folder.resolve("worker.log"));
    }

    /**
     * A worker that the machine doesn't let run isn't hanging: its processor's time counts, and much longer that of the
     * wall.
     */
    private String await() throws InterruptedException {
        long started = System.nanoTime();
        Duration before = worker.info().totalCpuDuration().orElse(Duration.ZERO);
        String line = null;
        while (line == null
                && System.nanoTime() - started < TimeUnit.SECONDS.toNanos(STUCK_SECONDS)
                && worker.info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .minus(before)
                                .toSeconds()
                        < HANG_SECONDS) {
            line = lines.poll(1, TimeUnit.SECONDS);
        }
        return line;
    }

    /** Where it hangs goes into the worker's log. */
    private void dump() throws IOException, InterruptedException {
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jstack")
                                .toString(),
                        Long.toString(worker.pid()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("worker.log").toFile()))
                .start()
                .waitFor(HANG_SECONDS, TimeUnit.SECONDS);
    }

    private String subject(long number) {
        try {
            return Files.readString(folder.resolve("input-" + number).resolve("subject"));
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String lastLine(Path log) throws IOException {
        List<String> all = Files.exists(log)
                ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> !line.isBlank())
                        .toList()
                : List.of();
        List<String> problem = all.stream()
                .filter(line -> line.startsWith("# Problematic frame")
                        || line.startsWith("# C ")
                        || line.contains("GGML_ASSERT")
                        || line.contains("AddressSanitizer:"))
                .toList();
        return !problem.isEmpty() ? problem.get(problem.size() - 1) : all.isEmpty() ? "" : all.get(all.size() - 1);
    }

    private void start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -v " + MEMORY_KIB + "; ulimit -c 0; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:CompressedClassSpaceSize=64m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log"),
                "-cp",
                classPath()));
        for (String property :
                List.of(SUBJECTS, "gto4j.native.bin", "java.library.path", "org.bytedeco.javacpp.pathsFirst")) {
            if (System.getProperty(property) != null) {
                command.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        command.addAll(List.of(FuzzWorker.class.getName(), Long.toString(seed), folder.toString()));
        Path work = Files.createDirectories(folder.resolve("work"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("worker.log").toFile()));
        builder.environment().put("GTO4J_CACHE", folder.resolve("cache").toString());
        worker = builder.start();
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        lines = queue;
        BufferedReader output = worker.inputReader(StandardCharsets.UTF_8);
        Thread reader = new Thread(
                () -> {
                    try {
                        for (String line = output.readLine(); line != null; line = output.readLine()) {
                            if (line.startsWith(FuzzWorker.ANSWER)) {
                                queue.add(line.substring(FuzzWorker.ANSWER.length() + 1));
                            }
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    } finally {
                        queue.add(END);
                    }
                },
                "worker's answers");
        reader.setDaemon(true);
        reader.start();
        String ready = queue.poll(START_SECONDS, TimeUnit.SECONDS);
        if (ready == null || !ready.startsWith("ready")) {
            throw new IOException("the worker didn't start: " + Files.readString(folder.resolve("worker.log")));
        }
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.destroyForcibly();
            worker = null;
        }
    }
}
