package org.gto4j.gto;

import java.util.List;
import java.util.stream.IntStream;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.DraftTree;
import org.jspecify.annotations.Nullable;

/**
 * The target's scorers, each opened when it is first asked: one for rewards, one at temperature 0 for what is accepted.
 */
final class Scorers implements AutoCloseable {
    private final TargetModel target;
    private final GroupOptions options;
    private final int longest;
    private @Nullable TreeScorer rewards;
    private @Nullable TreeScorer walks;

    Scorers(TargetModel target, GroupOptions options, int longest) {
        this.target = target;
        this.options = options;
        this.longest = longest;
    }

    /** For the reward that the options name. */
    TreeScorer.Scores score(int[] text, int[] rows, List<DraftTree> trees) {
        return rewards().score(text, rows, trees);
    }

    /** The same without giving anything up. */
    TreeScorer.Scores scoreUnpruned(int[] text, int[] rows, List<DraftTree> trees) {
        return rewards().scoreUnpruned(text, rows, trees);
    }

    private TreeScorer rewards() {
        if (rewards == null) {
            rewards = open(options.rewards());
        }
        return rewards;
    }

    /** The longest accepted sequence in each tree. */
    List<AcceptedPath> walk(int[] text, int[] rows, List<DraftTree> trees) {
        if (walks == null) {
            walks = open(new RewardOptions(Reward.GREEDY, 1, 0, options.threshold()));
        }
        float[][] probabilities = walks.score(text, rows, trees).probabilities();
        return IntStream.range(0, rows.length)
                .mapToObj(i -> AcceptedPath.walked(trees.get(i), probabilities[i]))
                .toList();
    }

    private TreeScorer open(RewardOptions rewardOptions) {
        return TreeScorer.open(target, longest, options.tree().depth(), rewardOptions, false);
    }

    @Override
    public void close() {
        if (rewards != null) {
            rewards.close();
        }
        if (walks != null) {
            walks.close();
        }
    }
}
