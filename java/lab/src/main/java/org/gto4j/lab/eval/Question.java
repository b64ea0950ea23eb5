package org.gto4j.lab.eval;

import java.util.ArrayList;
import java.util.List;
import org.gto4j.common.RecordValues;
import org.gto4j.data.Prompt;
import org.gto4j.data.PromptTokens;
import org.gto4j.error.GtoException;
import org.gto4j.model.TargetModel;
import org.jspecify.annotations.Nullable;

/**
 * A prompt as a target reads it: its first turn in the target's chat template.
 *
 * @param dataset name of its dataset
 * @param id the prompt's id
 * @param tokens at least one
 */
public record Question(String dataset, String id, int[] tokens) {
    /** Cells beyond a prompt and its answer. */
    private static final int SPARE_CELLS = 8;

    /**
     * All prompts of the datasets.
     *
     * @throws GtoException CONTEXT: a prompt and an answer of {@code most} tokens don't fit what the target was trained
     *     on (dataset, prompt and lengths are named)
     */
    public static List<Question> of(TargetModel target, List<Dataset> datasets, int most) {
        List<Question> questions = new ArrayList<>();
        for (Dataset dataset : datasets) {
            for (Prompt prompt : dataset.prompts()) {
                int[] tokens = PromptTokens.of(target, prompt, List.of());
                if (tokens.length + most > target.info().trainedContext()) {
                    throw new GtoException(
                            GtoException.Kind.CONTEXT,
                            "prompt " + prompt.id() + " of " + dataset.name() + " has " + tokens.length
                                    + " tokens; with " + most + " more it exceeds the context of "
                                    + target.info().trainedContext()
                                    + " that " + target.path() + " was trained on");
                }
                questions.add(new Question(dataset.name(), prompt.id(), tokens));
            }
        }
        return List.copyOf(questions);
    }

    /** Cells that the longest of them and an answer of {@code most} tokens need. */
    public static int context(List<Question> questions, int most) {
        return questions.stream()
                        .mapToInt(question -> question.tokens.length)
                        .max()
                        .orElse(1)
                + most
                + SPARE_CELLS;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return RecordValues.equal(this, other);
    }

    @Override
    public int hashCode() {
        return RecordValues.hash(this);
    }

    @Override
    public String toString() {
        return RecordValues.text(this);
    }
}
