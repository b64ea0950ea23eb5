package org.gto4j.lab.quickstart;

import org.gto4j.data.SelfPromptOptions;
import org.gto4j.data.SelfPrompts;
import org.gto4j.data.SelfWritten;
import org.gto4j.lab.terminal.Progress;

/** Lets the target write prompts of its own. */
final class PromptStage implements Stage {
    private static final int COUNT = 400;
    private static final int SEED = 1;

    @Override
    public Part part() {
        return Part.PROMPTS;
    }

    @Override
    public void run(RunContext context, double seconds) {
        if (context.target().chatTemplate().isEmpty()) {
            context.console().say("the model has no chat template: no prompts of its own");
            return;
        }
        try (Progress progress = context.console().progress(part().title())) {
            SelfPromptOptions options =
                    SelfPromptOptions.of(COUNT, SEED).until(context.state().deadline());
            SelfWritten done = SelfPrompts.write(context.target(), context.selfPrompts(), options, written -> {
                context.console().checkStop();
                progress.update(Math.max(context.state().fraction(), (double) written / COUNT), written + " prompts");
            });
            context.console()
                    .say(done.prompts().size() + " prompts of the model's own; left out: " + done.junk()
                            + " without sense, " + done.duplicates() + " near-duplicates");
        }
    }
}
