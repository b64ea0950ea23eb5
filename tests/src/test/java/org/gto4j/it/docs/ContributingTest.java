package org.gto4j.it.docs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.gto4j.Generation;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.it.support.TinyModels;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.gto4j.tree.TreePolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way to a new tree policy that docs/CONTRIBUTING.md walks. */
class ContributingTest {
    private static final int[] PROMPT = {3, 1, 4, 1, 5};
    private static final int LENGTH = 4;

    @TempDir
    Path folder;

    private TreePolicy policy() throws Exception {
        Map<String, String> blocks = JavaBlocks.of(JavaBlocks.page(JavaBlocks.ROOT.resolve("docs/CONTRIBUTING.md")));
        JavaBlocks.compile("ConfidentChain", blocks.get("ConfidentChain"), folder);
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            return (TreePolicy) loader.loadClass("ConfidentChain")
                    .getConstructor(int.class, float.class)
                    .newInstance(LENGTH, -100f);
        }
    }

    private static Generation generate(TreeDecoder decoder) {
        return decoder.generate(
                PROMPT, GenerationOptions.builder().maxTokens(60).build(), text -> {});
    }

    @Test
    void thePolicyOfTheWalkGivesTheTargetsOwnText() throws Exception {
        try (TargetModel target = TinyModels.open();
                DraftModel draft = TinyModels.randomDraft(target, 3);
                TreeDecoder plain = TreeDecoder.builder(target).build();
                TreeDecoder decoder = TreeDecoder.builder(target)
                        .draft(draft)
                        .policy(policy())
                        .build()) {
            Generation expected = generate(plain);
            Generation found = generate(decoder);
            assertArrayEquals(expected.tokens(), found.tokens());
            Generation.Statistics statistics = found.statistics();
            int[] sizes = statistics.treeSizes();
            assertTrue(Arrays.stream(sizes).anyMatch(size -> size > 1), statistics.toString());
            assertTrue(Arrays.stream(sizes).allMatch(size -> size <= LENGTH), statistics.toString());
        }
    }
}
