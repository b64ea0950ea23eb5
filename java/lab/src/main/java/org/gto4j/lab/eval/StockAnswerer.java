package org.gto4j.lab.eval;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.gto4j.lab.stock.IdleProcess;
import org.gto4j.lab.stock.StockCompletion;
import org.gto4j.lab.stock.StockOptions;
import org.gto4j.lab.stock.StockServer;
import org.gto4j.lab.stock.StockServers;
import org.gto4j.model.CacheType;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stock llama-server with one setting: the same target, prompt tokens, device, threads and type of cache as ours; on
 * the CPU without flash attention.
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
            arguments.addAll(chain(target, file, length, f32Cache));
            answerers.add(new StockAnswerer(
                    new DecodingMethod(label, Mode.STOCK_CHAIN, Mode.STOCK_CHAIN.label() + " " + length),
                    servers,
                    arguments));
        }));
        return answerers;
    }

    private static List<String> plain(TargetModel target, int context, boolean f32Cache) {
        String threads = Integer.toString(target.device().threads());
        List<String> arguments = new ArrayList<>(List.of(
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
                gpuLayers(target),
                "-fa",
                flashAttention(target),
                "-cram",
                "0",
                "-ctk",
                type(target, f32Cache),
                "-ctv",
                type(target, f32Cache)));
        if (!target.device().isCpu()) {
            arguments.addAll(List.of("-dev", target.device().name()));
        }
        return arguments;
    }

    private static String gpuLayers(TargetModel target) {
        int layers = target.options().gpuLayers();
        return target.device().isCpu() ? "0" : layers == TargetOptions.ALL_LAYERS ? "all" : Integer.toString(layers);
    }

    /** On the CPU off is faster there. */
    private static String flashAttention(TargetModel target) {
        TargetOptions options = target.options();
        return switch (options.flashAttention()) {
            case ON -> "on";
            case OFF -> "off";
            case AUTO -> !target.device().isCpu() ? "auto" : options.cacheType() == CacheType.Q8_0 ? "on" : "off";
        };
    }

    /**
     * Threads of the pools don't poll: each context has a pool of its own, and where the cores are as many as the
     * threads, pools that wait by polling take them from the one that works. On two cores a cycle took five times as
     * long with the default.
     */
    private static List<String> chain(TargetModel target, Path draft, int length, boolean f32Cache) {
        String threads = Integer.toString(target.device().threads());
        return List.of(
                "-md",
                draft.toAbsolutePath().toString(),
                "--spec-type",
                "draft-eagle3",
                "--spec-draft-n-max",
                Integer.toString(length),
                "-td",
                threads,
                "-tbd",
                threads,
                "-ngld",
                target.device().isCpu() ? "0" : "all",
                "-ctkd",
                type(target, f32Cache),
                "-ctvd",
                type(target, f32Cache),
                "--poll",
                "0",
                "--poll-batch",
                "0",
                "--poll-draft",
                "0");
    }

    private static String type(TargetModel target, boolean f32Cache) {
        CacheType type = f32Cache ? CacheType.F32 : target.options().cacheType();
        return type.name().toLowerCase(Locale.ROOT);
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
