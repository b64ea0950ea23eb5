import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.gto4j.data.Corpus;
import org.gto4j.data.CorpusSequence;
import org.gto4j.model.Device;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/**
 * Counts the response tokens that a draft's vocabulary lacks, those of them that stand in the text before, and those
 * that follow there the same token as here; a line of JSON for each corpus. Arguments are the target, the draft and
 * folders of corpora.
 */
public final class LackingTokens {
    private LackingTokens() {}

    public static void main(String[] args) {
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[0]));
                DraftModel draft = DraftModel.load(target, Path.of(args[1]))) {
            Set<Integer> own = Arrays.stream(draft.vocabulary()).boxed().collect(Collectors.toSet());
            for (String folder : Arrays.asList(args).subList(2, args.length)) {
                try (Corpus corpus = Corpus.openReadOnly(Path.of(folder), target)) {
                    count(Path.of(folder).getFileName().toString(), corpus, own);
                }
            }
        }
    }

    private static void count(String name, Corpus corpus, Set<Integer> own) {
        long lacking = 0;
        long inText = 0;
        long afterTheSame = 0;
        for (CorpusSequence text : corpus.sequences()) {
            Set<Integer> tokens = new HashSet<>();
            Set<Long> pairs = new HashSet<>();
            int[] all = text.tokens();
            for (int i = 0; i < all.length; i++) {
                long pair = i == 0 ? -1 : ((long) all[i - 1] << 32) | all[i];
                if (i >= text.promptLength() && !own.contains(all[i])) {
                    lacking++;
                    inText += tokens.contains(all[i]) ? 1 : 0;
                    afterTheSame += pairs.contains(pair) ? 1 : 0;
                }
                tokens.add(all[i]);
                pairs.add(pair);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "{\"corpus\": \"%s\", \"tokens\": %d, \"lacking\": %d, \"in_text\": %d, \"after_the_same\": %d}%n",
                name,
                corpus.responseTokens(),
                lacking,
                inText,
                afterTheSame);
    }
}
