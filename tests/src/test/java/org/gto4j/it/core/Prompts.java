package org.gto4j.it.core;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.gto4j.model.TargetModel;

/** Random prompts: BOS, then ordinary tokens. */
final class Prompts {
    private Prompts() {}

    static List<int[]> random(TargetModel target, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<int[]> prompts = new ArrayList<>();
        while (prompts.size() < count) {
            int[] prompt = new int[random.nextInt(1, 30)];
            for (int i = 0; i < prompt.length; i++) {
                do {
                    prompt[i] = random.nextInt(target.info().vocabulary());
                } while (target.isEnd(prompt[i]));
            }
            prompt[0] = target.info().bos();
            prompts.add(prompt);
        }
        return prompts;
    }
}
