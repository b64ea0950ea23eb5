package org.gto4j.lab.parity;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.gto4j.error.GtoException;
import org.gto4j.model.Sampler;
import org.gto4j.model.SamplerOptions;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;

/**
 * What libllama gives without us: the prompt, then one row a llama_decode, and each time the most probable token or a
 * sampler's draw. What decoding in any way has to equal. One thread at a time.
 */
public final class PlainReference implements AutoCloseable {
    /** In place of a token: the text ended. */
    public static final int END = -1;
    /** Tokens of a text in a pass that {@link #rounding} compares with passes of one. */
    public static final int ROWS = 4;

    private static final int MEASURED = 32;
    private static final int DIVISIONS = 256;
    private static final int SEQUENCE = 0;
    private static final int OTHER = 1;
    private static final int PROMPT_BATCH = 512;

    private final TargetModel target;
    private final TargetSession session;

    /**
     * Opens a context.
     *
     * @param context most tokens of a prompt and its text, at least 8
     * @param f32Cache keep the target's keys and values in F32
     */
    public PlainReference(TargetModel target, int context, boolean f32Cache) {
        this.target = target;
        session = target.newSession(SessionOptions.builder()
                .context(context + 1)
                .batch(PROMPT_BATCH)
                .sequences(2)
                .f32Cache(f32Cache)
                .build());
    }

    /** Up to {@code most} (at least 1) tokens after the prompt, the most probable ones, without the end token. */
    public int[] text(int[] prompt, int most) {
        return text(prompt, most, SamplerOptions.greedy());
    }

    /** Up to {@code most} (at least 1) tokens after the prompt, drawn by a sampler, without the end token. */
    public int[] text(int[] prompt, int most, SamplerOptions sampling) {
        return choosing(prompt, sampling, choice -> {
            IntStream.Builder tokens = IntStream.builder();
            int token = choice.applyAsInt(read(prompt));
            for (int count = 1; !target.isEnd(token); count++) {
                tokens.add(token);
                if (count == most) {
                    break;
                }
                decode(token, prompt.length + count - 1);
                token = choice.applyAsInt(0);
            }
            return tokens.build().toArray();
        });
    }

    /** Work that chooses tokens after a row, a text's in their order. */
    private <R> R choosing(int[] prompt, SamplerOptions sampling, Function<IntUnaryOperator, R> work) {
        if (sampling.isArgmax()) {
            return work.apply(row -> session.argmax(new int[] {row})[0]);
        }
        try (Sampler sampler = Sampler.open(target, sampling)) {
            sampler.accept(prompt);
            return work.apply(row -> session.sample(new int[] {row}, new Sampler[] {sampler})[0]);
        }
    }

    /**
     * How far the logit of a text's own token is above that of another one, in the pass that {@link #text} had it from
     * (which is repeated for it).
     *
     * @param text that {@link #text} gave for the prompt
     * @param at position in the text, 0-based; the text's own token at its length is an end token
     * @param other a token, or {@link #END} = the best end token
     */
    public double gap(int[] prompt, int[] text, int at, int other) {
        return gap(prompt, text, at, other, () -> 1);
    }

    /**
     * How far a {@link #gap} moves when the text before it is decoded in passes of 1 to {@link #ROWS} of its tokens,
     * divided by chance (but the same in each run of this), as cycles divide it: the most of 256 divisions, or of fewer
     * if one moves it by all of its width. Passes of one size tell less: they all round alike.
     *
     * @param text, at, other as in {@link #gap}
     */
    public double moved(int[] prompt, int[] text, int at, int other) {
        double alone = gap(prompt, text, at, other);
        double most = 0;
        SplittableRandom random = new SplittableRandom(1);
        for (int division = 0; division < DIVISIONS && most < alone; division++) {
            most = Math.max(most, Math.abs(gap(prompt, text, at, other, () -> random.nextInt(1, ROWS + 1)) - alone));
        }
        return most;
    }

    private double gap(int[] prompt, int[] text, int at, int other, IntSupplier rowsOfPass) {
        int vocabulary = target.info().vocabulary();
        if (at < 0 || at > text.length || other != END && (other < 0 || other >= vocabulary)) {
            throw new GtoException(
                    GtoException.Kind.ARGUMENT,
                    "expected a position at in 0.." + text.length + " and another token in 0.." + (vocabulary - 1)
                            + " or " + END + ", found " + at + " and " + other);
        }
        int row = read(prompt);
        for (int from = 0; from < at; ) {
            int rows = Math.min(rowsOfPass.getAsInt(), at - from);
            decodeTogether(prompt.length + from, Arrays.copyOfRange(text, from, from + rows));
            row = row(rows - 1, rows);
            from += rows;
        }
        float[] logits = session.logits(row);
        return (double) logit(logits, at < text.length ? text[at] : END) - logit(logits, other);
    }

    /**
     * How far a text's logits move when its tokens are decoded {@link #ROWS} a pass instead of one, with a row of
     * another text between them, at its first 32 positions, and how many of its tokens are chosen otherwise then.
     *
     * @param text that {@link #text} gave for the prompt
     * @param sampling of that text, without penalties or a grammar
     */
    public Rounding rounding(int[] prompt, int[] text, SamplerOptions sampling) {
        return choosing(prompt, sampling, choice -> rounding(prompt, text, choice));
    }

    private Rounding rounding(int[] prompt, int[] text, IntUnaryOperator choice) {
        int count = Math.max(0, Math.min(text.length, MEASURED) - 1);
        @SuppressWarnings("unused") // the text's first token; the draws of the others come after it
        int first = choice.applyAsInt(read(prompt));
        int[] runnersUp = new int[count];
        double[] gaps = new double[count];
        for (int i = 0; i < count; i++) {
            decode(text[i], prompt.length + i);
            float[] logits = session.logits(0);
            runnersUp[i] = bestBut(logits, text[i + 1]);
            gaps[i] = (double) logits[text[i + 1]] - logits[runnersUp[i]];
        }
        session.remove(SEQUENCE, prompt.length, -1);
        int flips = 0;
        double widest = 0;
        for (int from = 0; from < count; from += ROWS) {
            int rows = Math.min(ROWS, count - from);
            decodeTogether(prompt.length + from, Arrays.copyOfRange(text, from, from + rows));
            for (int i = from; i < from + rows; i++) {
                int row = row(i - from, rows);
                float[] logits = session.logits(row);
                widest = Math.max(widest, Math.abs(gaps[i] - ((double) logits[text[i + 1]] - logits[runnersUp[i]])));
                flips += choice.applyAsInt(row) == text[i + 1] ? 0 : 1;
            }
        }
        return new Rounding(count, flips, widest);
    }

    private static int bestBut(float[] logits, int except) {
        int best = except == 0 ? 1 : 0;
        for (int token = best + 1; token < logits.length; token++) {
            if (token != except && logits[token] > logits[best]) {
                best = token;
            }
        }
        return best;
    }

    private float logit(float[] logits, int token) {
        if (token != END) {
            return logits[token];
        }
        return (float) IntStream.range(0, logits.length)
                .filter(target::isEnd)
                .mapToDouble(end -> logits[end])
                .max()
                .orElse(Double.NEGATIVE_INFINITY);
    }

    /** Decodes a prompt from nothing, in the parts that our decoders read it in; returns the row of its last token. */
    private int read(int[] prompt) {
        session.clear();
        int rows = 0;
        for (int at = 0; at < prompt.length; at += rows) {
            rows = Math.min(PROMPT_BATCH, prompt.length - at);
            boolean last = at + rows == prompt.length;
            session.prefill(
                    SEQUENCE, at, Arrays.copyOfRange(prompt, at, at + rows), last ? rows - 1 : rows, null, null);
        }
        return rows - 1;
    }

    private void decode(int token, int position) {
        session.decode(new int[] {token}, new int[] {position}, new int[][] {{SEQUENCE}}, new boolean[] {true});
    }

    /**
     * Decodes tokens of the text in one pass. If there are several, a row of another sequence is between them and
     * forgotten then, as those of rejected branches are: the text's keys and values come to lie in another order in the
     * cache.
     */
    private void decodeTogether(int position, int[] text) {
        if (text.length == 1) {
            decode(text[0], position);
            return;
        }
        int[] tokens = new int[text.length + 1];
        int[] positions = new int[tokens.length];
        int[][] sequences = new int[tokens.length][];
        Arrays.fill(tokens, text[0]);
        Arrays.fill(positions, position);
        Arrays.fill(sequences, new int[] {OTHER});
        for (int i = 0; i < text.length; i++) {
            int row = row(i, text.length);
            tokens[row] = text[i];
            positions[row] = position + i;
            sequences[row] = new int[] {SEQUENCE};
        }
        boolean[] output = new boolean[tokens.length];
        Arrays.fill(output, true);
        session.decode(tokens, positions, sequences, output);
        session.remove(OTHER, 0, -1);
    }

    /** Where a pass that decodes this many of the text's tokens together has one of them. */
    private static int row(int i, int tokens) {
        return i < tokens / 2 || tokens == 1 ? i : i + 1;
    }

    @Override
    public void close() {
        session.close();
    }
}
