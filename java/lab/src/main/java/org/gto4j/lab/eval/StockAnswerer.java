package org.gto4j.lab.eval;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.gto4j.lab.stock.IdleProcess;
import org.gto4j.lab.stock.StockCompletion;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.stock.StockServer;
import org.gto4j.lab.stock.StockServers;
import org.gto4j.model.TargetModel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stock llama-server with one setting: the same target, prompt tokens, threads and type of cache as ours, no flash
 * attention.
 */
final class StockAnswerer implements Answerer {
    private static final Logger LOG = LoggerFactory.getLogger(StockAnswerer.class);
    /** The collector and the compiler of this JVM may never be quite silent. */
    private static final Duration OWN_PATIENCE = Duration.ofSeconds(1);

    private static final int DRAFT_CELLS = 8;

    private final DecodingMethod method;
    private final StockServers servers;
    private final List<String> arguments;

    private StockAnswerer(DecodingMethod method, StockServers servers, List<String> arguments) {
        this.method = method;
        this.servers = servers;
        this.arguments = List.copyOf(arguments);
    }

    /**
     * One for plain decoding and one for each draft and length of chains.
     *
     * @param context most tokens of a prompt and its answer
     */
    static List<Answerer> of(
            StockOptions stock, StockServers servers, TargetModel target, int context, boolean f32Cache) {
        List<Answerer> answerers = new ArrayList<>();
        answerers.add(new StockAnswerer(
                DecodingMethod.without(Mode.STOCK, Mode.STOCK.label()), servers, plain(target, context, f32Cache)));
        stock.drafts().forEach((label, file) -> stock.chainLengths().forEach(length -> {
            List<String> arguments = new ArrayList<>(plain(target, context + length, f32Cache));
            arguments.addAll(chain(file, length, target.device().threads(), f32Cache));
            answerers.add(new StockAnswerer(
                    new DecodingMethod(label, Mode.STOCK_CHAIN, Mode.STOCK_CHAIN.label() + " " + length),
                    servers,
                    arguments));
        }));
        return answerers;
    }

    private static List<String> plain(TargetModel target, int context, boolean f32Cache) {
        String threads = Integer.toString(target.device().threads());
        return List.of(
                "-m",
                target.path().toAbsolutePath().toString(),
                "-c",
                Integer.toString(context + DRAFT_CELLS),
                "-np",
                "1",
                "-t",
                threads,
                "-tb",
                threads,
                "-ngl",
                "0",
                "-fa",
                "off",
                "-cram",
                "0",
                "-ctk",
                type(f32Cache),
                "-ctv",
                type(f32Cache));
    }

    /**
     * Threads of the pools don't poll: each context has a pool of its own, and where the cores are as many as the
     * threads, pools that wait by polling take them from the one that works. On two cores a cycle took five times as
     * long with the default.
     */
    private static List<String> chain(Path draft, int length, int threads, boolean f32Cache) {
        return List.of(
                "-md",
                draft.toAbsolutePath().toString(),
                "--spec-type",
                "draft-eagle3",
                "--spec-draft-n-max",
                Integer.toString(length),
                "-td",
                Integer.toString(threads),
                "-tbd",
                Integer.toString(threads),
                "-ngld",
                "0",
                "-ctkd",
                type(f32Cache),
                "-ctvd",
                type(f32Cache),
                "--poll",
                "0",
                "--poll-batch",
                "0",
                "--poll-draft",
                "0");
    }

    private static String type(boolean f32Cache) {
        return f32Cache ? "f32" : "f16";
    }

    @Override
    public DecodingMethod method() {
        return method;
    }

    @Override
    public Answer answer(int[] prompt, int most, double temperature, int seed) {
        StockServer server = servers.get(arguments);
        IdleProcess.await(ProcessHandle.current(), OWN_PATIENCE);
        StockCompletion completion = server.complete(prompt, most, temperature, seed);
        if (!server.settle()) {
            LOG.warn("llama-server ({}) is busy after its answer: what is measured next may suffer", method.label());
        }
        return new Answer(
                completion.tokens(), completion.cycles(), completion.gained(), completion.seconds(), Double.NaN);
    }

    /** Its server belongs to {@link StockServers}. */
    @Override
    public void close() {}
}
