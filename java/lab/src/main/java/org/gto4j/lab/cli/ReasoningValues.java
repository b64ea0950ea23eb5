package org.gto4j.lab.cli;

import java.util.List;
import org.apache.commons.cli.Options;
import org.gto4j.data.Reasoning;

/** The options on a thinking model's reasoning. */
final class ReasoningValues {
    /** What --reasoning takes. */
    private enum Kind {
        KEEP,
        DROP
    }

    private ReasoningValues() {}

    static Options addTo(Options options) {
        Reasoning keep = Reasoning.keep();
        return options.addOption(CommandOptions.value(
                        null,
                        "reasoning",
                        "WHAT",
                        "keep (default): train reasoning like all text, as decoding must draft it, too; drop: don't"))
                .addOption(CommandOptions.value(
                        null,
                        "reasoning-tags",
                        "OPEN,CLOSE",
                        "what stands around reasoning (default " + keep.open() + "," + keep.close() + ")"));
    }

    static Reasoning of(Values values) {
        Reasoning tags = Reasoning.keep();
        List<String> parts = values.parts("reasoning-tags", tags.open() + "," + tags.close());
        if (parts.size() != 2) {
            throw Values.wrong(
                    "reasoning-tags", "two tags with a comma between them", values.text("reasoning-tags", ""));
        }
        return new Reasoning(values.choice("reasoning", Kind.KEEP) == Kind.KEEP, parts.get(0), parts.get(1));
    }
}
