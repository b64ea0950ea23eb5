package org.gto4j.bench;

import java.util.concurrent.TimeUnit;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.Chain;
import org.gto4j.tree.DynamicTree;
import org.gto4j.tree.NoTree;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Native calls and whole generations of 32 tokens on a tiny target, where what is ours weighs most. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodingBenchmark {
    private static final GenerationOptions TOKENS =
            GenerationOptions.builder().maxTokens(32).build();
    private static final int[] PROMPT = {12, 1, 2, 3};

    private TargetModel target;
    private DraftModel draft;
    private TargetSession session;
    private TreeDecoder plain;
    private TreeDecoder chain;
    private TreeDecoder tree;

    /** Opens all. */
    @Setup
    public void open() {
        target = TinyModels.open("--vocab", "14", "--seed", "5", "--scale", "2");
        draft = TinyModels.randomDraft(target, 7);
        session = target.newSession(
                SessionOptions.builder().context(64).sequences(1).build());
        plain = TreeDecoder.builder(target).policy(new NoTree()).context(128).build();
        chain = TreeDecoder.builder(target)
                .draft(draft)
                .policy(new Chain(4))
                .context(128)
                .build();
        tree = TreeDecoder.builder(target)
                .draft(draft)
                .policy(new DynamicTree(4, 4, 16))
                .context(128)
                .build();
    }

    /** Closes all. */
    @TearDown
    public void close() {
        tree.close();
        chain.close();
        plain.close();
        session.close();
        draft.close();
        target.close();
    }

    /** A native call that does nothing, handle checks included. */
    @Benchmark
    public int call() {
        return session.context();
    }

    /** 32 tokens without a draft. */
    @Benchmark
    public int plain() {
        return plain.generate(PROMPT, TOKENS).tokens().length;
    }

    /** 32 tokens with chains of 4. */
    @Benchmark
    public int chain() {
        return chain.generate(PROMPT, TOKENS).tokens().length;
    }

    /** 32 tokens with trees of 16. */
    @Benchmark
    public int tree() {
        return tree.generate(PROMPT, TOKENS).tokens().length;
    }
}
