import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.DraftSession;
import org.gto4j.model.Features;
import org.gto4j.model.TargetHead;
import org.gto4j.model.TargetModel;
import org.gto4j.statistics.Bootstrap;
import org.gto4j.statistics.Estimate;

/**
 * How probable it is that a child of a tree's root is accepted in sampled texts, by how many children there are (k) and
 * how they are chosen: all fixed (the draft's best), one of them drawn, or all of them drawn without replacement and
 * accepted by recursive rejection. At each position of the texts p is the target's distribution and q the draft's. A
 * line of JSON for each corpus and k; intervals are 95% bootstrap over texts. Arguments are the target, the draft, the
 * temperature at which the corpora were sampled, the draft's temperature, and folders of corpora.
 */
public final class DrawnWays {
    private static final int[] CHILDREN = {1, 2, 4, 8};
    private static final List<String> WAYS = List.of("fixed", "one_drawn", "all_drawn");
    /** Rows whose logits of all tokens are held at once. */
    private static final int AT_ONCE = 16;

    private final TargetHead head;
    private final DraftSession session;
    private final int[] vocabulary;
    private final double temperature;
    private final double draftTemperature;
    private final Random random = new Random(1);

    private DrawnWays(TargetHead head, DraftSession session, int[] vocabulary, double temperature, double draftTemperature) {
        this.head = head;
        this.session = session;
        this.vocabulary = vocabulary;
        this.temperature = temperature;
        this.draftTemperature = draftTemperature;
    }

    public static void main(String[] args) {
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[0]));
                DraftModel draft = DraftModel.load(target, Path.of(args[1]));
                TargetHead head = TargetHead.open(target)) {
            for (String folder : Arrays.asList(args).subList(4, args.length)) {
                try (Corpus corpus = Corpus.openReadOnly(Path.of(folder), target, draft.info().taps())) {
                    int longest = corpus.sequences().stream().mapToInt(CorpusSequence::length).max().orElse(1);
                    try (DraftSession session = draft.newDecodingSession(longest, 1)) {
                        new DrawnWays(head, session, draft.vocabulary(), Double.parseDouble(args[2]), Double.parseDouble(args[3]))
                                .measure(Path.of(folder).getFileName().toString(), corpus);
                    }
                }
            }
        }
    }

    private void measure(String name, Corpus corpus) {
        List<CorpusSequence> texts = corpus.sequences();
        // accepted[k][way][text], summed over positions
        double[][][] accepted = new double[CHILDREN.length][WAYS.size()][texts.size()];
        double[] positions = new double[texts.size()];
        try (Features features = corpus.newFeatures()) {
            for (int i = 0; i < texts.size(); i++) {
                corpus.read(texts.get(i), features);
                positions[i] = text(texts.get(i), i, features, accepted);
            }
        }
        for (int k = 0; k < CHILDREN.length; k++) {
            System.out.printf(
                    Locale.ROOT,
                    "{\"corpus\": \"%s\", \"temperature\": %s, \"draft_temperature\": %s, \"positions\": %.0f, \"children\": %d",
                    name,
                    temperature,
                    draftTemperature,
                    Arrays.stream(positions).sum(),
                    CHILDREN[k]);
            for (int way = 0; way < WAYS.size(); way++) {
                Estimate mean = Estimate.ratio(accepted[k][way], positions, Bootstrap.standard());
                System.out.printf(
                        Locale.ROOT,
                        ", \"%1$s\": %2$.4f, \"%1$s_ci95\": [%3$.4f, %4$.4f]",
                        WAYS.get(way),
                        mean.value(),
                        mean.interval().low(),
                        mean.interval().high());
            }
            System.out.println("}");
        }
    }

    /** Trunk row r proposes token r + 2, which the target draws after token r + 1. */
    private int text(CorpusSequence text, int index, Features features, double[][][] accepted) {
        int[] tokens = text.tokens();
        int first = text.promptLength() - 1;
        int rows = tokens.length - 2;
        if (rows <= first) {
            return 0;
        }
        session.truncate(0);
        session.extend(features, 0, rows, Arrays.copyOfRange(tokens, 1, rows + 1), first);
        for (int row = first; row < rows; row += AT_ONCE) {
            int count = Math.min(AT_ONCE, rows - row);
            float[] logits = head.logits(features, row + 1, count);
            int size = logits.length / count;
            for (int i = 0; i < count; i++) {
                double[] all = softmax(Arrays.copyOfRange(logits, i * size, (i + 1) * size), temperature);
                double[] p = Arrays.stream(vocabulary).mapToDouble(token -> all[token]).toArray();
                position(p, softmax(session.logits(row + i), draftTemperature), accepted, index);
            }
        }
        return rows - first;
    }

    private void position(double[] p, double[] q, double[][][] accepted, int text) {
        int[] best = best(q, CHILDREN[CHILDREN.length - 1]);
        for (int k = 0; k < CHILDREN.length; k++) {
            int children = CHILDREN[k];
            double[] rest = q.clone();
            double fixed = 0;
            double last = 0;
            for (int i = 0; i < children; i++) {
                last = p[best[i]];
                fixed += last;
                if (i < children - 1) {
                    rest[best[i]] = 0;
                }
            }
            double mass = Arrays.stream(rest).sum();
            double drawn = 0;
            for (int i = 0; i < q.length; i++) {
                drawn += rest[i] > 0 ? Math.min(p[i], rest[i] / mass) : 0;
            }
            accepted[k][0][text] += fixed;
            accepted[k][1][text] += fixed - last + drawn;
            accepted[k][2][text] += allDrawn(p.clone(), q.clone(), children);
        }
    }

    /** One draw of all children, and the probability that one of them is accepted. */
    private double allDrawn(double[] p, double[] q, int children) {
        double rejected = 1;
        double lacking = 1 - Arrays.stream(p).sum(); // what the target gives to tokens that the draft lacks
        for (int i = 0; i < children; i++) {
            int x = draw(q);
            rejected *= 1 - Math.min(1, p[x] / q[x]);
            double left = lacking;
            for (int j = 0; j < p.length; j++) {
                p[j] = Math.max(0, p[j] - q[j]);
                left += p[j];
            }
            double without = 1 - q[x];
            q[x] = 0;
            if (left <= 1e-9 || without <= 1e-9) {
                break;
            }
            for (int j = 0; j < p.length; j++) {
                p[j] /= left;
                q[j] /= without;
            }
            lacking /= left;
        }
        return 1 - rejected;
    }

    private int draw(double[] q) {
        double left = random.nextDouble();
        int last = 0;
        for (int i = 0; i < q.length; i++) {
            if (q[i] > 0) {
                last = i;
                left -= q[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return last;
    }

    private static int[] best(double[] q, int count) {
        int[] best = new int[count];
        boolean[] taken = new boolean[q.length];
        for (int i = 0; i < count; i++) {
            int top = -1;
            for (int j = 0; j < q.length; j++) {
                if (!taken[j] && (top < 0 || q[j] > q[top])) {
                    top = j;
                }
            }
            taken[top] = true;
            best[i] = top;
        }
        return best;
    }

    private static double[] softmax(float[] logits, double temperature) {
        double top = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
        double[] values = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            values[i] = Math.exp((logits[i] - top) / temperature);
            sum += values[i];
        }
        for (int i = 0; i < logits.length; i++) {
            values[i] /= sum;
        }
        return values;
    }
}
