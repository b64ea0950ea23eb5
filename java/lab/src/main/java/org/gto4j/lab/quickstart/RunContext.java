package org.gto4j.lab.quickstart;

import java.nio.file.Path;
import org.gto4j.lab.terminal.Console;
import org.gto4j.model.TargetModel;

/**
 * What all parts of a run share.
 *
 * @param target the model
 * @param folder of the run
 * @param state what is done, and the time
 * @param console where to write
 */
record RunContext(TargetModel target, Path folder, RunState state, Console console) {
    static final String MEASUREMENTS = "measurements.jsonl";
    static final String RESULTS = "results.json";
    /**
     * Most tokens of an answer: short ones let more prompts fit into the time; a model of a short context gets half of
     * it.
     */
    private static final int RESPONSE_TOKENS = 160;

    private static final int PROMPT_TOKENS = 512;

    int responseTokens() {
        return Math.max(2, Math.min(RESPONSE_TOKENS, target.info().trainedContext() / 2));
    }

    int promptTokens() {
        return Math.max(1, Math.min(PROMPT_TOKENS, target.info().trainedContext() - responseTokens()));
    }

    Path corpus() {
        return folder.resolve("corpus");
    }

    Path phaseOne() {
        return folder.resolve("phase1");
    }

    Path phaseTwo() {
        return folder.resolve("phase2");
    }

    Path measurements() {
        return folder.resolve(MEASUREMENTS);
    }

    /** The draft of Phase I as exported. */
    Path eagle3() {
        return folder.resolve("draft-eagle3.gguf");
    }

    /** The draft of Phase II as exported. */
    Path gto() {
        return folder.resolve("draft-gto.gguf");
    }

    Path results() {
        return folder.resolve(RESULTS);
    }

    Path report() {
        return folder.resolve("report.html");
    }
}
