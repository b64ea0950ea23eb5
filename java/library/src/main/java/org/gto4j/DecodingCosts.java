package org.gto4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.model.DraftInfo;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;
import org.gto4j.tree.CostTable;
import org.gto4j.tree.CycleCosts;
import org.gto4j.tree.DraftTree;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures what the parts of a decoding cycle take with a target, a draft and the device's threads. Cycles of all small
 * sizes run in turn, then those of all large ones, so that each part meets the caches as decoding leaves them; the
 * median of each size counts. Takes about as long as decoding 250 tokens plainly on a CPU, less on a GPU.
 */
public final class DecodingCosts {
    private static final Logger LOG = LoggerFactory.getLogger(DecodingCosts.class);
    private static final int[] VERIFICATION = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64};
    private static final int[] DRAFT = {1, 2, 3, 4, 6, 8};
    private static final int ROUNDS = 9;
    private static final int MOST_SECONDS = 30;
    /**
     * Plain cycles after one another in each round; the first finds the caches as drafting left them and doesn't count.
     */
    private static final int PLAIN = 16;
    /**
     * Passes of at most so many rows are repeated, and come before all others: after one of 61 rows of a quantised
     * target plain passes took 10 to 40% longer for at least 15 of them (AMX, two cores).
     */
    private static final int FEW = 8;

    private static final int PAST = 128;
    private static final int TOP_K = 8;

    private final TargetSession session;
    private final DraftSession drafts;
    private final Features features;
    private final Sampler sampler;
    private final int[] past;
    private final int topK;
    private final ProcessorShare share;
    private final Times verification = new Times();
    private final Times follow = new Times();
    private final Times roots = new Times();
    private final Times level = new Times();
    private final Times again = new Times();
    private final Times plain = new Times();
    private int number;

    private DecodingCosts(
            TargetSession session,
            DraftSession drafts,
            Features features,
            Sampler sampler,
            int[] past,
            int topK,
            ProcessorShare share) {
        this.session = session;
        this.drafts = drafts;
        this.features = features;
        this.sampler = sampler;
        this.past = past;
        this.topK = topK;
        this.share = share;
    }

    /**
     * The costs that were measured before with models, device and threads of this kind, or else {@link #measure}d now
     * and kept in the cache folder. What was measured while the machine was busy is used, and measured again by the
     * next one to ask.
     */
    public static CycleCosts of(TargetModel target, DraftModel draft, boolean f32Cache) {
        CostFile file = CostFile.of(target, draft, f32Cache);
        return file.read().orElseGet(() -> {
            Measured measured = measured(target, draft, f32Cache);
            try {
                keep(measured, file);
            } catch (GtoException e) {
                LOG.warn("costs are not kept: {}", e.getMessage());
            }
            return measured.costs();
        });
    }

    /** Measures and keeps the result for {@link #of}. */
    public static CycleCosts renew(TargetModel target, DraftModel draft, boolean f32Cache) {
        Measured measured = measured(target, draft, f32Cache);
        keep(measured, CostFile.of(target, draft, f32Cache));
        return measured.costs();
    }

    /**
     * Measures: half a minute at most, unless a single pass takes longer than a second.
     *
     * @param target the model
     * @param draft of it
     * @param f32Cache as the decoder will have it
     */
    public static CycleCosts measure(TargetModel target, DraftModel draft, boolean f32Cache) {
        return measured(target, draft, f32Cache).costs();
    }

    /** @param share of the processors' time that the threads had */
    private record Measured(CycleCosts costs, ProcessorShare share) {}

    private static void keep(Measured measured, CostFile file) {
        boolean quiet = measured.share.isQuiet();
        file.write(measured.costs, !quiet);
        if (quiet) {
            LOG.info(
                    "measured what decoding costs in {} s; kept in {}",
                    Math.round(measured.share.seconds()),
                    file.path());
        } else {
            LOG.warn(
                    "measured what decoding costs in {} s while the machine was busy (this process had {}% of the processor time that its threads could have had): "
                            + "used now, measured again next time",
                    Math.round(measured.share.seconds()), Math.round(100 * measured.share.get()));
        }
    }

    private static Measured measured(TargetModel target, DraftModel draft, boolean f32Cache) {
        LOG.info(
                "measuring what decoding costs with {} on {}, once: some seconds, {} at most",
                target.path().getFileName(),
                target.device().kind(),
                MOST_SECONDS);
        DraftInfo info = draft.info();
        int vocabulary = target.info().vocabulary();
        int largest = VERIFICATION[VERIFICATION.length - 1];
        SessionOptions options = SessionOptions.builder()
                .context(2 * (PAST + largest))
                .batch(Math.max(PAST, largest))
                .sequences(largest)
                .taps(info.taps())
                .f32Cache(f32Cache)
                .build();
        int[] past = IntStream.range(0, PAST).map(i -> i * 37 % vocabulary).toArray();
        try (TargetSession session = target.newSession(options);
                DraftSession drafts = draft.newDecodingSession(PAST + largest, DRAFT[DRAFT.length - 1]);
                Features features = Features.createBeside(target, info.taps().length, info.hidden(), false);
                Sampler sampler = Sampler.open(target, SamplerOptions.greedy())) {
            int topK = Math.min(TOP_K, info.draftVocabulary());
            ProcessorShare share = ProcessorShare.of(target.device());
            return new Measured(
                    new DecodingCosts(session, drafts, features, sampler, past, topK, share)
                            .run(Math.min(largest, vocabulary + 1)),
                    share);
        }
    }

    private CycleCosts run(int mostRows) {
        session.prefill(0, 0, past, PAST - 1, features, null);
        drafts.extend(features, 0, PAST, past, PAST);
        int[] sizes =
                Arrays.stream(VERIFICATION).filter(rows -> rows <= mostRows).toArray();
        cycle(sizes[0], DRAFT[0], verification);
        List.of(verification, again, follow, roots, level).forEach(Times::clear);
        for (int round = 0; round < ROUNDS && (round == 0 || share.seconds() < MOST_SECONDS / 2.0); round++) {
            for (int rows : sizes) {
                if (rows <= FEW) {
                    cycle(rows, nextDrafted(), verification);
                    cycle(rows, nextDrafted(), again);
                }
            }
            verify(1, new Times());
            for (int i = 1; i < PLAIN && (i == 1 || share.seconds() < MOST_SECONDS / 2.0); i++) {
                verify(1, plain);
            }
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int rows : sizes) {
                // Sizes that aren't measured follow from those that are.
                if (rows > FEW && share.seconds() < MOST_SECONDS) {
                    cycle(rows, nextDrafted(), verification);
                }
            }
        }
        return new CycleCosts(
                verification.table(),
                follow.table(),
                roots.table().at(1),
                level.table(),
                plain.table().at(1),
                rebuild(sizes));
    }

    private int nextDrafted() {
        return DRAFT[number++ % DRAFT.length];
    }

    /** The work is the same for any number of rows, so what few rows take tells it best. */
    private double rebuild(int[] sizes) {
        double[] saved = Arrays.stream(sizes)
                .filter(rows -> rows <= FEW)
                .mapToDouble(rows -> verification.median(rows) - again.median(rows))
                .sorted()
                .toArray();
        return Math.max(0, Math.min(saved[saved.length / 2], again.median(sizes[0]) / 2));
    }

    /** A cycle as decoding has it: trunk rows, root, one level, verification. */
    private void cycle(int rows, int drafted, Times passes) {
        int[] tokens = Arrays.copyOf(past, drafted);
        follow.add(drafted, () -> drafts.extend(features, 0, drafted, tokens, drafted - 1));
        int[] root = {drafts.rows() - 1};
        roots.add(1, () -> drafts.roots(root, topK, null));
        int[] parents = new int[drafted];
        Arrays.fill(parents, -1 - root[0]);
        level.add(drafted, () -> drafts.expand(parents, tokens, topK, null));
        verify(rows, passes);
        drafts.truncate(PAST);
    }

    private void verify(int rows, Times times) {
        DraftTree tree = star(rows - 1);
        times.add(rows, () -> session.verify(0, PAST, past[0], tree, sampler, features));
        features.truncate(PAST);
        session.remove(0, PAST, -1);
    }

    /** Children of the root: a masked batch costs what any batch of its size costs. */
    private static DraftTree star(int nodes) {
        int[] parents = new int[nodes];
        Arrays.fill(parents, -1);
        return new DraftTree(IntStream.range(0, nodes).toArray(), parents, new float[nodes], new float[nodes]);
    }

    /** Measured times by size. */
    private static final class Times {
        private final Map<Integer, List<Double>> bySize = new HashMap<>();

        void add(int size, Runnable work) {
            long start = System.nanoTime();
            work.run();
            bySize.computeIfAbsent(size, key -> new ArrayList<>()).add((System.nanoTime() - start) * 1e-9);
        }

        void clear() {
            bySize.clear();
        }

        CostTable table() {
            int[] sizes = bySize.keySet().stream()
                    .mapToInt(Integer::intValue)
                    .sorted()
                    .toArray();
            return new CostTable(
                    sizes, Arrays.stream(sizes).mapToDouble(this::median).toArray());
        }

        double median(int size) {
            List<Double> values = bySize.getOrDefault(size, List.of());
            return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
        }
    }
}
