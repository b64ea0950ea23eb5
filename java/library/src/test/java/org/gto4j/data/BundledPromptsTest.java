package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BundledPromptsTest {
    private final List<Prompt> prompts = PromptSet.bundled();

    @Test
    void promptsAreManyAndAllDifferent() {
        assertTrue(prompts.size() >= 2900, "found " + prompts.size());
        assertEquals(
                prompts.size(), new HashSet<>(prompts.stream().map(Prompt::id).toList()).size());
        Set<Prompt> different = new HashSet<>(new DuplicateFilter(Deduplication.NEAR).filter(prompts));
        assertEquals(
                List.of(),
                prompts.stream()
                        .filter(prompt -> !different.contains(prompt))
                        .map(Prompt::id)
                        .toList());
    }

    @Test
    void allKindsOfQuestionsAreThere() {
        Map<String, Long> counts =
                prompts.stream().collect(Collectors.groupingBy(Prompt::category, Collectors.counting()));
        assertTrue(counts.get("word-problem") >= 500, counts.toString());
        assertTrue(counts.get("code") >= 700, counts.toString());
        for (String category : List.of(
                "writing",
                "roleplay",
                "reasoning",
                "maths",
                "extraction",
                "editing",
                "stem",
                "humanities",
                "general")) {
            assertTrue(counts.getOrDefault(category, 0L) >= 90, category + ": " + counts);
        }
    }

    /** A run that answers only some prompts takes the first ones. */
    @Test
    void eachHundredIsAMixture() {
        for (int from = 0; from + 100 <= prompts.size(); from += 100) {
            assertTrue(
                    prompts.subList(from, from + 100).stream()
                                    .map(Prompt::category)
                                    .distinct()
                                    .count()
                            >= 8,
                    "from " + from);
        }
    }
}
