package org.gto4j.lab.quickstart;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptSet;
import org.gto4j.data.PromptTokens;

/** The bundled prompts, parted into those that drafts are trained on and those held back for the evaluation. */
final class Questions {
    /** One of so many is held back. The set is a mixture in any order, so these are one, too. */
    private static final int HELD_BACK = 16;

    private Questions() {}

    static List<Prompt> training() {
        return every(false);
    }

    /** Held-back prompts that leave room for an answer in the target's context. */
    static List<Prompt> heldBack(RunContext context) {
        return every(true).stream()
                .filter(prompt -> PromptTokens.of(context.target(), prompt, List.of()).length <= context.promptTokens())
                .toList();
    }

    private static List<Prompt> every(boolean heldBack) {
        List<Prompt> all = PromptSet.bundled();
        List<Prompt> chosen = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if ((i % HELD_BACK == 0) == heldBack) {
                chosen.add(all.get(i));
            }
        }
        return chosen;
    }
}
